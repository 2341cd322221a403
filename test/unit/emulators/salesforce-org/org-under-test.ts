import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadOrg } from '../../../emulators/salesforce/org/load-org.ts';
import type { ControlledOrg, OrgOptions } from '../../../emulators/salesforce/org/org-controls.ts';
import type { BusEvent, FieldValues, OrgUser } from '../../../emulators/salesforce/org-contract.ts';

export const channel = '/event/OneSignal_Stage_Change__e';

export interface UnderTest {
  org: ControlledOrg;
  admin: OrgUser;
  relay: OrgUser;
  events: BusEvent[];
  clock: { now: number };
}

/** An org made of the shipped package, an administrator, the relay's user, and a clock that stands until moved. */
export function newOrg(options: OrgOptions = {}): UnderTest {
  const clock = { now: Date.parse('2026-11-24T10:00:00.400Z') };
  const org = loadOrg({ clock: () => clock.now, seed: 'test', ...options });
  const events: BusEvent[] = [];
  org.onPublish((event) => events.push(event));
  return {
    org,
    admin: org.addUser({ username: 'admin@example.com', isAdministrator: true }),
    relay: org.addUser({ username: 'relay@example.com', permissionSets: ['OneSignal_Relay'] }),
    events,
    clock,
  };
}

export function newLead(test: UnderTest, values: FieldValues = {}): string {
  const result = test.org.create('Lead', { LastName: 'Doe', Company: 'Acme', ...values }, test.admin);
  if (!result.success) throw new Error(JSON.stringify(result.errors));
  return result.id;
}

export function newContact(test: UnderTest, values: FieldValues = {}): string {
  const result = test.org.create('Contact', { LastName: 'Doe', ...values }, test.admin);
  if (!result.success) throw new Error(JSON.stringify(result.errors));
  return result.id;
}

export const quiet = { autoAssign: false, allowDuplicates: true };

/** Writes files into a package directory of its own, gives its path to `use`, and removes it. */
export function withPackage<Result>(files: Record<string, string>, use: (path: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'org-package-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
