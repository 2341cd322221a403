import { requestAccessToken } from '../../../relay/salesforce/access-token.ts';
import { type BulkPageAsked, type BulkRow, readBulkPage } from '../../../relay/salesforce/bulk-page.ts';
import { startBulkQuery } from '../../../relay/salesforce/bulk-query.ts';
import { waitForBulkQuery } from '../../../relay/salesforce/bulk-wait.ts';
import { createSession, type SalesforceCall, type SalesforceSession } from '../../../relay/salesforce/session.ts';
import type { SalesforceEmulator } from '../../emulators/salesforce/start-salesforce.ts';
import { newLead, newOrg, type UnderTest } from '../emulators/salesforce-org/org-under-test.ts';
import { secret, secretApp, start } from '../emulators/salesforce-protocol/emulator-under-test.ts';

export interface BulkUnderTest {
  org: UnderTest;
  salesforce: SalesforceEmulator;
  session: SalesforceSession;
  /** What the session asked for, in order. */
  calls: SalesforceCall[];
}

/** A session to an org made of the shipped package, over HTTP. */
export async function startBulk(): Promise<BulkUnderTest> {
  const org = newOrg();
  const { salesforce } = await start({ org: org.org });
  salesforce.faults.tokenLifetimeMs = Number.POSITIVE_INFINITY;
  const calls: SalesforceCall[] = [];
  const session = openSession(salesforce, '67.0', calls);
  await session.open();
  return { org, salesforce, session, calls };
}

/** Another login, as after a restart. */
export function openSession({ url }: SalesforceEmulator, apiVersion: string, calls: SalesforceCall[] = []) {
  const requestToken = () =>
    requestAccessToken({
      loginUrl: url,
      clientId: secretApp,
      login: { flow: 'client_credentials', clientSecret: secret },
      apiVersion,
      channel: '/event/OneSignal_Stage_Change__e',
    });
  return createSession({ apiVersion, requestToken, onCall: (call) => calls.push(call) });
}

/** Leads named `0`, `1` and so on. */
export function newLeads({ org }: BulkUnderTest, count: number): void {
  for (let n = 0; n < count; n += 1) newLead(org, { LastName: String(n) });
}

export const signal = new AbortController().signal;
export const noSleep = { sleep: () => Promise.resolve(), signal };

/** The id of a job that is complete. */
export async function completeJob({ session }: BulkUnderTest, soql = 'SELECT LastName FROM Lead'): Promise<string> {
  const jobId = await startBulkQuery(session, soql);
  await waitForBulkQuery(session, jobId, noSleep);
  return jobId;
}

export async function take(rows: AsyncIterable<BulkRow>): Promise<BulkRow[]> {
  const taken: BulkRow[] = [];
  for await (const row of rows) taken.push(row);
  return taken;
}

/** A page with its rows taken. */
export async function takePage(session: SalesforceSession, jobId: string, asked: BulkPageAsked = {}) {
  const page = await readBulkPage(session, jobId, asked);
  return { total: page.total, next: page.next, rows: await take(page.rows) };
}
