import { bulkQueryState, deleteBulkQuery, startBulkQuery } from '../../../relay/salesforce/bulk-query.ts';
import { waitForBulkQuery } from '../../../relay/salesforce/bulk-wait.ts';
import { type BulkUnderTest, completeJob, newLeads, noSleep, signal, startBulk, takePage } from './bulk-under-test.ts';

let under: BulkUnderTest;
beforeEach(async () => {
  under = await startBulk();
});
afterEach(() => under.salesforce.close());

const SOQL = 'SELECT LastName FROM Lead';
const answer = (errorCode: string, status = 400) => ({
  status,
  body: JSON.stringify([{ errorCode, message: 'quotes jane@example.com' }]),
  contentType: 'application/json',
});

describe('a bulk query', () => {
  test('is started, looked at until it is complete, and deleted, one API call each', async () => {
    newLeads(under, 3);
    const jobId = await startBulkQuery(under.session, SOQL);
    const states = [];
    for (let n = 0; n < 3; n += 1) states.push(await bulkQueryState(under.session, jobId));
    expect(states).toEqual([
      { phase: 'running', rows: 0 },
      { phase: 'running', rows: 0 },
      { phase: 'complete', rows: 3 },
    ]);
    expect(under.calls).toEqual(['bulkJob', 'bulkJob', 'bulkJob', 'bulkJob']);
    expect(under.salesforce.stats.apiCalls).toBe(4);
    expect(under.session.apiUsage()).toEqual({ used: 4, limit: 100_000 });
    await deleteBulkQuery(under.session, jobId);
    await expect(bulkQueryState(under.session, jobId)).rejects.toMatchObject({ code: 'BULK_QUERY_GONE' });
  });

  test('can show the recycle bin', async () => {
    newLeads(under, 1);
    under.org.org.delete('Lead', String(under.org.org.rows('Lead')[0]?.Id), under.org.admin);
    const jobId = await startBulkQuery(under.session, 'SELECT LastName, IsDeleted FROM Lead', 'queryAll');
    expect(await waitForBulkQuery(under.session, jobId, noSleep)).toBe(1);
    expect((await takePage(under.session, jobId)).rows).toEqual([{ LastName: '0', IsDeleted: 'true' }]);
  });

  test.each([
    ['a field that is not there', 'SELECT Nope__c FROM Lead', 'SALESFORCE_QUERY_REFUSED'],
    ['what no bulk query can', 'SELECT COUNT() FROM Lead', 'SALESFORCE_REQUEST_FAILED'],
  ])('that asks for %s is refused', async (_case, soql, code) => {
    await expect(startBulkQuery(under.session, soql)).rejects.toMatchObject({ code });
  });

  test.each(['LIMIT_EXCEEDED', 'EXCEEDEDQUOTA'])('beyond the day’s allowance has to wait (%s)', async (errorCode) => {
    under.salesforce.faults.answerHttp(1, { on: 'bulkJobs', ...answer(errorCode) });
    await expect(startBulkQuery(under.session, SOQL)).rejects.toMatchObject({ code: 'BULK_QUERY_LIMIT' });
    under.salesforce.faults.spendBulkQueries();
    await expect(startBulkQuery(under.session, SOQL)).rejects.toMatchObject({ code: 'BULK_QUERY_LIMIT' });
  });

  test('is not started where the API calls are spent', async () => {
    under.salesforce.faults.spendApiCalls();
    await expect(startBulkQuery(under.session, SOQL)).rejects.toMatchObject({ code: 'SALESFORCE_API_LIMIT' });
  });

  test('whose answer got lost can be started again', async () => {
    under.salesforce.faults.loseReplies('bulkJobs', 1);
    await expect(startBulkQuery(under.session, SOQL)).rejects.toMatchObject({ code: 'SALESFORCE_UNREACHABLE' });
    expect(await startBulkQuery(under.session, SOQL)).toMatch(/^750/);
  });

  test.each(['{"id":"7","state":"Later"}', 'null', '<html></html>'])(
    'answered by %s is no bulk query',
    async (body) => {
      under.salesforce.faults.answerHttp(2, { on: 'bulkJobs', status: 200, body, contentType: 'application/json' });
      const code = 'SALESFORCE_REQUEST_FAILED';
      await expect(startBulkQuery(under.session, SOQL)).rejects.toMatchObject({ code });
      await expect(bulkQueryState(under.session, '750')).rejects.toMatchObject({ code });
    },
  );

  test.each([
    ['The query was retried more than 15 times.', 'BULK_QUERY_FAILED'],
    ['InvalidBatch : Failed to process query: INVALID_FIELD: jane@example.com', 'SALESFORCE_QUERY_REFUSED'],
    ['InvalidBatch : Failed to process query: QUERY_TIMEOUT: Your query', 'SALESFORCE_TIMEOUT'],
    ['WHERE_IT_IS_NEW toString', 'BULK_QUERY_FAILED'],
  ])('that failed with %p is a %s, without Salesforce’s own words', async (message, code) => {
    under.salesforce.faults.failBulkQueries(1, message);
    const jobId = await startBulkQuery(under.session, SOQL);
    const error = await waitForBulkQuery(under.session, jobId, noSleep).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, message: 'Salesforce could not run the bulk query.' });
  });

  test('that somebody aborted says so', async () => {
    const jobId = await startBulkQuery(under.session, SOQL);
    const url = `/jobs/query/${jobId}`;
    await under.session.request({ call: 'bulkJob', method: 'PATCH', url, body: { state: 'Aborted' } });
    const state = await bulkQueryState(under.session, jobId);
    expect(state).toMatchObject({ phase: 'ended', error: { code: 'BULK_QUERY_FAILED', message: /aborted/ } });
  });
});

describe('a job that is gone is told apart', () => {
  test('after seven days', async () => {
    const jobId = await completeJob(under);
    under.org.clock.now += 7 * 24 * 3_600_000;
    await expect(bulkQueryState(under.session, jobId)).rejects.toMatchObject({ code: 'BULK_QUERY_GONE' });
  });

  test.each([
    ['NOT_FOUND', 404],
    ['INVALIDJOB', 400],
  ])('by %s', async (errorCode, status) => {
    under.salesforce.faults.answerHttp(1, { on: 'bulkJobs', ...answer(errorCode, status) });
    await expect(bulkQueryState(under.session, '750')).rejects.toMatchObject({ code: 'BULK_QUERY_GONE' });
  });

  test('from one that Salesforce does not show just then', async () => {
    under.salesforce.faults.answerHttp(1, { on: 'bulkJobs', ...answer('UNKNOWN_EXCEPTION', 500) });
    await expect(bulkQueryState(under.session, '750')).rejects.toMatchObject({ code: 'SALESFORCE_REQUEST_FAILED' });
  });
});

describe('deleting a bulk query', () => {
  test('aborts it first while it runs', async () => {
    const jobId = await startBulkQuery(under.session, SOQL);
    await deleteBulkQuery(under.session, jobId);
    await expect(bulkQueryState(under.session, jobId)).rejects.toMatchObject({ code: 'BULK_QUERY_GONE' });
  });

  test('works where it ended between the look and the abort', async () => {
    const jobId = await startBulkQuery(under.session, SOQL);
    const { request } = under.session;
    under.session.request = async (given) => {
      if (given.method === 'PATCH') await waitForBulkQuery({ ...under.session, request }, jobId, noSleep);
      return request(given);
    };
    await deleteBulkQuery(under.session, jobId);
    await expect(bulkQueryState(under.session, jobId)).rejects.toMatchObject({ code: 'BULK_QUERY_GONE' });
  });

  test('that is gone already is no error, and an outage is one', async () => {
    const jobId = await completeJob(under);
    under.salesforce.faults.expireBulkQueries();
    await deleteBulkQuery(under.session, jobId);
    under.salesforce.faults.answerHttp(1, { on: 'bulkJobs', status: 503, body: 'Down', contentType: 'text/plain' });
    await expect(deleteBulkQuery(under.session, jobId)).rejects.toMatchObject({ code: 'SALESFORCE_REQUEST_FAILED' });
  });
});

describe('waiting for a bulk query', () => {
  test('rests longer between the looks, a minute at most, and tells of the rows so far', async () => {
    newLeads(under, 2);
    under.salesforce.faults.slowBulkQueries(7);
    const jobId = await startBulkQuery(under.session, SOQL);
    const rests: number[] = [];
    const progress: number[] = [];
    const rows = await waitForBulkQuery(under.session, jobId, {
      signal,
      random: () => 1,
      sleep: async (milliseconds) => void rests.push(milliseconds),
      onProgress: (found) => progress.push(found),
    });
    expect(rows).toBe(2);
    expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(progress).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 2]);
  });

  test('ends with the signal, and the job goes on', async () => {
    const stop = new AbortController();
    const jobId = await startBulkQuery(under.session, SOQL);
    const sleep = async () => stop.abort();
    expect(await waitForBulkQuery(under.session, jobId, { sleep, signal: stop.signal })).toBeUndefined();
    expect(await waitForBulkQuery(under.session, jobId, noSleep)).toBe(0);
  });

  test('outlives a token', async () => {
    const jobId = await startBulkQuery(under.session, SOQL);
    const sleep = async () => under.salesforce.faults.revokeTokens();
    expect(await waitForBulkQuery(under.session, jobId, { sleep, signal })).toBe(0);
  });

  test('ends with an outage, and can begin anew', async () => {
    const jobId = await startBulkQuery(under.session, SOQL);
    under.salesforce.faults.answerHttp(1, { on: 'bulkJobs', status: 503, body: 'Down', contentType: 'text/plain' });
    const code = 'SALESFORCE_REQUEST_FAILED';
    await expect(waitForBulkQuery(under.session, jobId, noSleep)).rejects.toMatchObject({ code });
    expect(await waitForBulkQuery(under.session, jobId, noSleep)).toBe(0);
  });
});
