import fc from 'fast-check';
import { readBulkPage } from '../../../relay/salesforce/bulk-page.ts';
import { startBulkQuery } from '../../../relay/salesforce/bulk-query.ts';
import { newLead } from '../emulators/salesforce-org/org-under-test.ts';
import {
  type BulkUnderTest,
  completeJob,
  newLeads,
  openSession,
  startBulk,
  take,
  takePage,
} from './bulk-under-test.ts';

let under: BulkUnderTest;
beforeEach(async () => {
  under = await startBulk();
});
afterEach(() => under.salesforce.close());

const names = (rows: readonly Readonly<Record<string, string | null>>[]) => rows.map(({ LastName }) => LastName);

describe('pages', () => {
  test('are read one by one by their locator, one API call each', async () => {
    newLeads(under, 5);
    const jobId = await completeJob(under);
    under.calls.length = 0;
    const first = await takePage(under.session, jobId, { maxRecords: 2 });
    const second = await takePage(under.session, jobId, { maxRecords: 2, locator: first.next });
    const last = await takePage(under.session, jobId, { maxRecords: 2, locator: second.next });
    expect([first, second, last].map(({ rows }) => names(rows))).toEqual([['0', '1'], ['2', '3'], ['4']]);
    expect([first.total, last.total, last.next]).toEqual([2, 1, undefined]);
    expect(under.calls).toEqual(['bulkResults', 'bulkResults', 'bulkResults']);
    expect(under.session.apiUsage()?.used).toBe(under.salesforce.stats.apiCalls);
  });

  test('go on after a kill from the locator that was kept, and show nothing newer', async () => {
    newLeads(under, 4);
    const jobId = await completeJob(under);
    const { next } = await takePage(under.session, jobId, { maxRecords: 3 });
    for (const { Id } of under.org.org.rows('Lead'))
      under.org.org.update('Lead', String(Id), { LastName: 'newer' }, under.org.admin);
    const restarted = openSession(under.salesforce, '67.0');
    await restarted.open();
    expect(names((await takePage(restarted, jobId, { locator: next })).rows)).toEqual(['3']);
  });

  test('of no rows are one page without rows', async () => {
    const jobId = await completeJob(under);
    expect(await takePage(under.session, jobId)).toEqual({ total: 0, next: undefined, rows: [] });
  });

  test('are shorter where Salesforce limits their size, and none is left out', async () => {
    newLeads(under, 3);
    under.salesforce.faults.shortenBulkPages(2);
    const jobId = await completeJob(under);
    const first = await takePage(under.session, jobId);
    const second = await takePage(under.session, jobId, { locator: first.next });
    expect(names([...first.rows, ...second.rows])).toEqual(['0', '1', '2']);
  });

  test('after a token has expired come by a new login', async () => {
    newLeads(under, 2);
    const jobId = await completeJob(under);
    const { next } = await takePage(under.session, jobId, { maxRecords: 1 });
    under.salesforce.faults.revokeTokens();
    expect(names((await takePage(under.session, jobId, { locator: next })).rows)).toEqual(['1']);
  });
});

describe('values', () => {
  const texts = ['"', '""', 'a,b', 'a\nb', 'a\r\nb', '🐙 and 𝕒', "=HYPERLINK('x')", '+1', '-2', '@x', '\t#N/A', 'null'];

  test('with quotes, commas, line breaks, emojis and formula-looking beginnings come as they are', async () => {
    const jobId = await jobOf(texts);
    expect(names((await takePage(under.session, jobId)).rows)).toEqual(texts);
  });

  test('of all kinds of characters do too', async () => {
    const some = fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }), { numRuns: 200, seed: 7 });
    const kept = some.filter((text) => text.trim() === text);
    expect(names((await takePage(under.session, await jobOf(kept))).rows)).toEqual(kept);
  });

  test('that are blank are null, booleans are words, and a parent’s field has its path', async () => {
    newLead(under.org);
    const jobId = await completeJob(under, 'SELECT IsConverted, OneSignal_External_Id__c, Owner.Username FROM Lead');
    expect((await takePage(under.session, jobId)).rows).toEqual([
      { IsConverted: 'false', OneSignal_External_Id__c: null, 'Owner.Username': 'admin@example.com' },
    ]);
  });

  async function jobOf(lastNames: string[]): Promise<string> {
    for (const LastName of lastNames) newLead(under.org, { LastName });
    return completeJob(under);
  }
});

describe('a page that does not come whole', () => {
  test.each([
    ['reset', 'SALESFORCE_UNREACHABLE'],
    ['ended', 'SALESFORCE_REQUEST_FAILED'],
  ] as const)('because it is cut (%s) is an error, never a short page, and can be read again', async (how, code) => {
    newLeads(under, 6);
    const jobId = await completeJob(under);
    under.salesforce.faults.cutBulkPages(1, how);
    await expect(takePage(under.session, jobId)).rejects.toMatchObject({ code });
    expect((await takePage(under.session, jobId)).rows).toHaveLength(6);
  });

  test('because its answer got lost is an error', async () => {
    const jobId = await completeJob(under);
    under.salesforce.faults.loseReplies('bulkResults', 1);
    await expect(takePage(under.session, jobId)).rejects.toMatchObject({ code: 'SALESFORCE_UNREACHABLE' });
  });

  test('because Salesforce is down is an error', async () => {
    const jobId = await completeJob(under);
    const body = `<html>${'x'.repeat(200_000)}</html>`;
    under.salesforce.faults.answerHttp(1, { on: 'bulkResults', status: 503, body, contentType: 'text/html' });
    await expect(takePage(under.session, jobId)).rejects.toMatchObject({
      code: 'SALESFORCE_REQUEST_FAILED',
      message: 'Salesforce refused a request: ERROR_HTTP_503.',
    });
  });
});

describe('results are refused', () => {
  test('while the job is not complete, which is no page without rows', async () => {
    const jobId = await startBulkQuery(under.session, 'SELECT LastName FROM Lead');
    await expect(takePage(under.session, jobId)).rejects.toMatchObject({
      code: 'SALESFORCE_REQUEST_FAILED',
      message: 'Salesforce refused a request: ERROR_HTTP_204.',
    });
  });

  test('as gone when the job has expired', async () => {
    const jobId = await completeJob(under);
    under.org.clock.now += 7 * 24 * 3_600_000;
    await expect(takePage(under.session, jobId)).rejects.toMatchObject({ code: 'BULK_QUERY_GONE' });
  });

  test('as gone when the locator is not good', async () => {
    const jobId = await completeJob(under);
    await expect(takePage(under.session, jobId, { locator: 'MQ' })).rejects.toMatchObject({ code: 'BULK_QUERY_GONE' });
  });

  test('as gone when the job was started by another API version', async () => {
    const jobId = await completeJob(under);
    const upgraded = openSession(under.salesforce, '68.0');
    await upgraded.open();
    await expect(takePage(upgraded, jobId)).rejects.toMatchObject({ code: 'BULK_QUERY_GONE' });
  });

  test('when the API calls are spent', async () => {
    const jobId = await completeJob(under);
    under.salesforce.faults.spendApiCalls();
    await expect(takePage(under.session, jobId)).rejects.toMatchObject({ code: 'SALESFORCE_API_LIMIT' });
  });
});

test('rows that nobody takes can be let go of, before and while they come', async () => {
  newLeads(under, 3);
  const jobId = await completeJob(under);
  const untouched = await readBulkPage(under.session, jobId);
  untouched.close();
  await expect(take(untouched.rows)).rejects.toMatchObject({ code: 'SALESFORCE_UNREACHABLE' });
  for await (const row of (await readBulkPage(under.session, jobId)).rows) {
    expect(row).toEqual({ LastName: '0' });
    break;
  }
  expect((await takePage(under.session, jobId)).rows).toHaveLength(3);
});
