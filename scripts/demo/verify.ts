import type { UserView } from '../../test/emulators/onesignal/emulator-types.ts';
import type { FieldValues } from '../../test/emulators/salesforce/org-contract.ts';
import type { World } from '../../test/emulators/world.ts';
import type { Follow } from './play.ts';

/** Our tag keys; the time tag must be there whenever the stage tag is. */
const OUR_TAGS = ['sf_stage', 'lead_source', 'industry'];
const TIME_TAG = 'sf_stage_at';
const OUR_ALIASES = ['salesforce_id', 'salesforce_lead_id'];

/** Everything that is not as it must be at the end, a sentence each; empty when all is well. */
export function verify(world: World, follows: readonly Follow[]): string[] {
  return [
    ...follows.flatMap((follow) => verifyRecord(world, follow)),
    ...verifyNothingElse(world, follows),
    ...verifyConduct(world),
  ];
}

function verifyRecord(world: World, { object, id, name, expected, isMerged = false }: Follow): string[] {
  const record = world.org.peek(object, id);
  if (record === undefined) return [`${object} ${id}: the record is gone`];
  if (isMerged) return verifyUser(world, expected).map((problem) => `${object} ${id} (${name}): ${problem}`);
  const said = `${record.OneSignal_Sync_Status__c} ${record.OneSignal_Sync_Reason__c}`;
  const wanted = `${expected.status} ${expected.reason}`;
  const problems: string[] = [];
  if (said !== wanted) problems.push(`says "${said}", not "${wanted}"`);
  if (isDue(record)) problems.push('is still due');
  problems.push(...verifyUser(world, expected));
  return problems.map((problem) => `${object} ${id} (${name}): ${problem}`);
}

function verifyUser(
  world: World,
  { user: externalId, tags, aliases, status, emails = {} }: Follow['expected'],
): string[] {
  if (externalId === undefined) return [];
  const user = world.onesignal.users.byExternalId(externalId);
  const problems = [
    ...compare('tag', pick(user?.tags ?? {}, OUR_TAGS), tags),
    ...compare(
      'alias',
      pick(user?.aliases ?? {}, OUR_ALIASES),
      status === 'Skipped' && Object.keys(tags).length === 0 ? pick(user?.aliases ?? {}, OUR_ALIASES) : aliases,
    ),
  ];
  problems.push(...compare('email', emailsOf(user), emails));
  const hasTime = /^\d{10}$/.test(user?.tags[TIME_TAG] ?? '');
  if (hasTime !== (tags.sf_stage !== undefined)) problems.push(`tag ${TIME_TAG} is ${hasTime ? 'there' : 'not there'}`);
  return problems;
}

/** Email addresses of a user, and whether each is switched on. */
export function emailsOf(user: UserView | undefined): Record<string, string> {
  const emails = (user?.subscriptions ?? []).filter(({ type }) => type === 'Email');
  return Object.fromEntries(emails.map(({ token, enabled }) => [token, enabled ? 'on' : 'off']));
}

function compare(kind: string, held: Record<string, string>, wanted: Record<string, string>): string[] {
  const keys = [...new Set([...Object.keys(held), ...Object.keys(wanted)])];
  return keys
    .filter((key) => held[key] !== wanted[key])
    .map((key) => `${kind} ${key} is ${JSON.stringify(held[key])}, not ${JSON.stringify(wanted[key])}`);
}

/** No record of either object may be due, and no user may carry tags of ours unless a record explains it. */
function verifyNothingElse(world: World, follows: readonly Follow[]): string[] {
  const users = new Set(follows.map(({ expected }) => expected.user));
  const strangers = world.onesignal.users
    .all()
    .filter(({ externalId, tags }) => tags.sf_stage !== undefined && !users.has(externalId));
  const due = (['Lead', 'Contact'] as const).flatMap((object) =>
    world.org.rows(object).filter((row) => isDue(world.org.peek(object, String(row.Id)) ?? row)),
  );
  return [
    ...strangers.map(({ onesignalId }) => `OneSignal user ${onesignalId} carries a stage that no record explains`),
    ...due.map((row) => `record ${row.Id} is still due`),
  ];
}

/** What the relay must never do, whatever the outcome. */
function verifyConduct(world: World): string[] {
  const { violations } = world.onesignal;
  const { stats } = world.salesforce;
  const counts: [string, number][] = [
    ['rate of the app broken', violations.app],
    ['rate of a user broken', violations.user],
    ['rate of views broken', violations.view],
    ['writes that would re-run lead assignment', stats.writesWithoutAutoAssignFalse],
    ['writes that a duplicate rule could stop', stats.writesWithoutAllowSave],
    ['requests that the emulated org does not know', stats.emulatorErrors.length],
    ['faults in the shipped flows', world.org.counters.flowFaults],
  ];
  return counts.filter(([, count]) => count > 0).map(([what, count]) => `${what}: ${count}`);
}

function isDue(record: FieldValues): boolean {
  return record.OneSignal_Sync_Due__c === true;
}

function pick(values: Record<string, string>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)));
}
