import { parse } from 'csv-parse/sync';
import { newContact, newLead, newOrg } from '../salesforce-org/org-under-test.ts';
import { login, rest, start, type UnderTest } from './emulator-under-test.ts';

let under: UnderTest;
beforeEach(async () => {
  under = await start();
});
afterEach(() => under.salesforce.close());

const base = '/services/data/v67.0/jobs/query';
const WEEK = 7 * 24 * 3_600_000;

function seed(count: number): string[] {
  const user = under.org.addUser({ username: 'seeder@example.com' });
  return Array.from({ length: count }, (_, n) => under.org.create('Lead', { Status: `s${n}` }, user).id ?? '');
}

const create = (query = 'SELECT Status FROM Lead', more: Record<string, string> = {}) =>
  rest(under, 'POST', base, { body: { operation: 'query', query, ...more } });
const look = (id: string) => rest(under, 'GET', `${base}/${id}`);
const results = (id: string, asked = '') => rest(under, 'GET', `${base}/${id}/results${asked}`);
const abort = (id: string) => rest(under, 'PATCH', `${base}/${id}`, { body: { state: 'Aborted' } });
const statusAndCode = ({ status, json }: Awaited<ReturnType<typeof rest>>) => [status, json[0].errorCode];

/** A job that has come to its end. */
async function ended(query?: string, more?: Record<string, string>): Promise<string> {
  const { id } = (await create(query, more)).json;
  for (const _ of ['UploadComplete', 'InProgress', 'JobComplete']) await look(id);
  return id;
}

// https://developer.salesforce.com/docs/atlas.en-us.244.0.api_asynch.meta/api_asynch/query_walkthrough.htm
test('a job is created as UploadComplete, with what becomes of its results', async () => {
  expect((await create()).json).toEqual({
    id: expect.stringMatching(/^750\w{15}$/),
    operation: 'query',
    object: 'Lead',
    createdById: under.org.user('relay@example.com')?.id,
    createdDate: '2026-11-24T10:00:00.000+0000',
    systemModstamp: '2026-11-24T10:00:00.000+0000',
    state: 'UploadComplete',
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: 67,
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
  });
});

// https://developer.salesforce.com/docs/platform/api-asynch/guide/bulk-api-2-job-states.md
test('a job is queued, in progress and complete, as it is looked at', async () => {
  seed(3);
  under.salesforce.faults.slowBulkQueries(2);
  const { id } = (await create()).json;
  const states = [];
  for (let n = 0; n < 4; n += 1) states.push((await look(id)).json.state);
  expect(states).toEqual(['UploadComplete', 'InProgress', 'InProgress', 'JobComplete']);
  expect((await look(id)).json).toMatchObject({ numberRecordsProcessed: 3, retries: 0, isPkChunkingSupported: true });
});

// https://developer.salesforce.com/docs/platform/api-asynch/guide/query-get-job-results.md
describe('results', () => {
  test('come in pages with the header line each, and the last one has the locator null', async () => {
    seed(3);
    const id = await ended();
    const first = await results(id, '?maxRecords=2');
    expect(first.text).toBe('"Status"\n"s0"\n"s1"\n');
    expect(first.headers.get('content-type')).toBe('text/csv; charset=UTF-8');
    expect(first.headers.get('sforce-numberofrecords')).toBe('2');
    const locator = first.headers.get('sforce-locator') ?? '';
    for (const _ of ['once', 'and again: a locator stays good']) {
      const second = await results(id, `?maxRecords=2&locator=${locator}`);
      expect([second.text, second.headers.get('sforce-locator')]).toEqual(['"Status"\n"s2"\n', 'null']);
    }
  });

  test('have fewer rows a page than asked for where their size is limited', async () => {
    seed(3);
    under.salesforce.faults.shortenBulkPages(1);
    const page = await results(await ended(), '?maxRecords=3');
    expect(page.headers.get('sforce-numberofrecords')).toBe('1');
  });

  test('of no rows are the header line alone', async () => {
    const page = await results(await ended());
    expect([page.text, page.headers.get('sforce-numberofrecords')]).toEqual(['"Status"\n', '0']);
    expect(page.headers.get('sforce-locator')).toBe('null');
  });

  test('count as an API call each, and say so', async () => {
    const id = await ended();
    const page = await results(id);
    expect(page.headers.get('sforce-limit-info')).toBe('api-usage=5/100000');
    expect(under.salesforce.stats).toMatchObject({ apiCalls: 5, calls: { bulkQuery: 5 } });
  });

  test('asked for in another API version than that of the job are refused with 409', async () => {
    const id = await ended();
    expect((await rest(under, 'GET', `/services/data/v66.0/jobs/query/${id}/results`)).status).toBe(409);
  });

  // https://developer.salesforce.com/docs/atlas.en-us.226.0.api_bulk_v2.meta/api_bulk_v2/query_get_job_results.htm
  test('of a job that is not complete are 204 without anything', async () => {
    under.salesforce.faults.failBulkQueries(1);
    const { id: queued } = (await create()).json;
    const failed = await ended();
    const { id: aborted } = (await create()).json;
    await abort(aborted);
    for (const id of [queued, failed, aborted]) {
      const page = await results(id);
      expect([page.status, page.text, page.headers.get('sforce-locator')]).toEqual([204, '', null]);
    }
  });

  // A locator is a pseudo-random string: it belongs to its job, and can't be guessed.
  test.each(['MQ', '1', 'null', ''])('asked for by %p, which no page gave, are refused', async (locator) => {
    seed(2);
    const id = await ended();
    await results(id, '?maxRecords=1');
    expect(statusAndCode(await results(id, `?locator=${locator}`))).toEqual([400, 'INVALIDLOCATOR']);
  });

  // https://developer.salesforce.com/docs/platform/api-asynch/guide/query-compression.md
  test.each([
    ['gzip', 'gzip'],
    ['deflate', null],
  ])('asked for with Accept-Encoding %s come with Content-Encoding %p', async (asked, given) => {
    seed(1);
    const path = `${under.salesforce.url}${base}/${await ended()}/results`;
    const headers = { Authorization: `Bearer ${under.token}`, 'Accept-Encoding': asked };
    const page = await fetch(path, { headers });
    expect([page.headers.get('content-encoding'), await page.text()]).toEqual([given, '"Status"\n"s0"\n']);
  });

  // https://developer.salesforce.com/docs/platform/api-asynch/guide/queries.html: large queries run in chunks
  test('of a large query come chunk by chunk, in no order that anybody promised', async () => {
    seed(5);
    under.salesforce.faults.chunkBulkQueries(2);
    expect((await results(await ended())).text).toBe('"Status"\n"s4"\n"s2"\n"s3"\n"s0"\n"s1"\n');
  });
});

// https://developer.salesforce.com/docs/platform/api-asynch/guide/query-create-job.md
describe('a query is refused', () => {
  test.each([
    ['SELECT COUNT() FROM Lead'],
    ['SELECT MAX(CreatedDate) FROM Lead'],
    ['SELECT Status FROM Lead GROUP BY Status'],
    ['SELECT Id FROM Lead LIMIT 5 OFFSET 5'],
    ['SELECT TYPEOF Owner WHEN User THEN Email END FROM Lead'],
    ['SELECT Id, (SELECT Id FROM Contacts) FROM Account'],
    ['SELECT Id, Address FROM Lead'],
    ['SELECT Account.BillingAddress FROM Contact'],
    ['SELECT FIELDS(ALL) FROM Lead LIMIT 200'],
  ])('%s', async (query) => {
    expect(statusAndCode(await create(query))).toEqual([400, 'API_ERROR']);
  });

  test('but words of that kind in a text are fine', async () => {
    await under.salesforce.close();
    under = await start({ org: newOrg().org });
    const query = "SELECT Id, Account.Name FROM Contact WHERE LastName = 'GROUP BY (SELECT \\' TYPEOF'";
    expect((await create(query)).status).toBe(200);
  });

  test.each([
    [{ operation: 'insert', query: 'SELECT Id FROM Lead' }],
    [{ operation: 'query' }],
    [{ operation: 'query', query: 'SELECT Id FROM Lead', contentType: 'JSON' }],
  ])('as the job %j', async (body) => {
    expect(statusAndCode(await rest(under, 'POST', base, { body }))).toEqual([400, 'INVALIDJOB']);
  });

  test('by the org, with its own code', async () => {
    expect(statusAndCode(await create('SELEKT'))).toEqual([400, 'MALFORMED_QUERY']);
  });
});

// https://developer.salesforce.com/docs/platform/salesforce-app-limits-cheatsheet/guide/salesforce-app-limits-platform-bulkapi.html
describe('of a rolling day', () => {
  test.each([
    ['so many jobs', { bulkQueriesPerDay: 1 }, 'Max bulk v2 query jobs (10000) per 24 hrs has been reached'],
    [
      'so many bytes of results',
      { bulkResultBytesPerDay: 10 },
      'Max bulk v2 query result size stored (1000000000) kb per 24 hrs has been exceeded',
    ],
  ])('%s are all there are', async (_case, options, message) => {
    await under.salesforce.close();
    under = await start(options);
    under.salesforce.faults.tokenLifetimeMs = Number.POSITIVE_INFINITY;
    seed(2);
    await ended();
    expect((await create()).json).toEqual([{ errorCode: 'LIMIT_EXCEEDED', message }]);
    under.org.time += 24 * 3_600_000 + 60_000;
    expect((await create()).status).toBe(200);
  });

  test('what is left shows in the limits', async () => {
    await create();
    const { json } = await rest(under, 'GET', '/services/data/v67.0/limits');
    expect(json.DailyBulkV2QueryJobs).toEqual({ Max: 10_000, Remaining: 9_999 });
  });
});

describe('a job', () => {
  // https://developer.salesforce.com/docs/platform/api-asynch/guide/query-abort-job.md
  test('is aborted while it runs, and not later', async () => {
    const { id } = (await create()).json;
    await look(id);
    expect((await abort(id)).json).toMatchObject({ id, state: 'Aborted' });
    expect((await look(id)).json.state).toBe('Aborted');
    expect(statusAndCode(await abort(id))).toEqual([400, 'INVALIDJOBSTATE']);
    expect(statusAndCode(await abort(await ended()))).toEqual([400, 'INVALIDJOBSTATE']);
  });

  // https://developer.salesforce.com/docs/platform/api-asynch/guide/query-delete-job.md
  test('is deleted once it is over, and not before', async () => {
    const { id } = (await create()).json;
    const remove = () => rest(under, 'DELETE', `${base}/${id}`);
    expect(statusAndCode(await remove())).toEqual([400, 'API_ERROR']);
    await abort(id);
    expect((await remove()).status).toBe(204);
    for (const gone of [await look(id), await results(id), await remove(), await abort(id)])
      expect(statusAndCode(gone)).toEqual([404, 'NOT_FOUND']);
  });

  // https://developer.salesforce.com/docs/atlas.en-us.226.0.api_bulk_v2.meta/api_bulk_v2/bulk_api_2_limits.htm
  test('lives for seven days, and then on while it is not over', async () => {
    under.salesforce.faults.tokenLifetimeMs = Number.POSITIVE_INFINITY;
    const [over, running] = [await ended(), (await create()).json.id];
    under.org.time += WEEK - 1;
    expect((await results(over)).status).toBe(200);
    under.org.time += 1;
    expect(statusAndCode(await results(over))).toEqual([404, 'NOT_FOUND']);
    expect((await look(running)).status).toBe(200);
  });

  // https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_errors.htm
  test('of somebody else is not shown', async () => {
    const id = await ended();
    under.token = await login(under.salesforce.url, 'norights-app');
    expect(statusAndCode(await look(id))).toEqual([400, 'INVALIDUSER']);
  });

  // Retries: https://developer.salesforce.com/docs/platform/api-asynch/guide/queries.html
  test('fails with a message', async () => {
    under.salesforce.faults.failBulkQueries(1);
    const id = await ended();
    expect((await look(id)).json).toMatchObject({ state: 'Failed', retries: 15, errorMessage: expect.any(String) });
    expect((await look(await ended())).json.state).toBe('JobComplete');
  });
});

describe('faults', () => {
  const html = { status: 503, body: '<html>Down</html>', contentType: 'text/html' };

  test('canned answers can be meant for jobs or for pages alone', async () => {
    const id = await ended();
    under.salesforce.faults.answerHttp(1, { on: 'bulkResults', ...html });
    expect([(await look(id)).status, (await results(id)).status, (await results(id)).status]).toEqual([200, 503, 200]);
    under.salesforce.faults.answerHttp(1, { on: 'bulkJobs', ...html });
    expect([(await results(id)).status, (await look(id)).status, (await look(id)).status]).toEqual([200, 503, 200]);
  });

  test('a lost answer hides a job that was created', async () => {
    under.salesforce.faults.loseReplies('bulkJobs', 1);
    await expect(create()).rejects.toThrow();
    const { json } = await rest(under, 'GET', '/services/data/v67.0/limits');
    expect(json.DailyBulkV2QueryJobs.Remaining).toBe(9_999);
  });

  test('a lost page is an answer that never began', async () => {
    const id = await ended();
    under.salesforce.faults.loseReplies('bulkResults', 1);
    await expect(results(id)).rejects.toThrow();
    expect((await results(id)).status).toBe(200);
  });

  test('a cut page breaks off with its connection, or ends too early', async () => {
    seed(4);
    const id = await ended();
    under.salesforce.faults.cutBulkPages(1, 'reset');
    under.salesforce.faults.cutBulkPages(1, 'ended');
    await expect(results(id)).rejects.toThrow();
    const short = await results(id);
    expect([short.text, short.headers.get('sforce-numberofrecords')]).toEqual(['"Status"\n"s0"\n"s1"\n', '4']);
  });

  test('expired jobs and spent allocations come about at once', async () => {
    const id = await ended();
    under.salesforce.faults.expireBulkQueries();
    expect((await look(id)).status).toBe(404);
    under.salesforce.faults.spendBulkQueries();
    expect(statusAndCode(await create())).toEqual([400, 'LIMIT_EXCEEDED']);
    under.salesforce.faults.restoreBulkQueries();
    expect((await create()).status).toBe(200);
  });
});

describe('over the shipped package', () => {
  const query = 'SELECT Id, LastName, IsConverted, OneSignal_External_Id__c, SystemModstamp FROM Lead';
  const rowsOf = (text: string): Record<string, string>[] => parse(text, { columns: true });
  let org: ReturnType<typeof newOrg>;
  beforeEach(async () => {
    await under.salesforce.close();
    org = newOrg();
    under = await start({ org: org.org });
  });

  // RFC 4180 and https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_date_format.htm
  test('blanks are empty, booleans are words, times end with Z, and quotes are doubled', async () => {
    const id = newLead(org, { LastName: 'O"Neil, 🐙\nand\r\nsons' });
    const page = await results(await ended(query));
    expect(page.text).toBe(
      `"Id","LastName","IsConverted","OneSignal_External_Id__c","SystemModstamp"\n"${id}","O""Neil, 🐙\nand\r\nsons","false","","2026-11-24T10:00:00.000Z"\n`,
    );
  });

  test('rows that the user may not see are left out', async () => {
    const [seen, hidden] = [newLead(org), newLead(org)];
    org.org.hide(hidden, { evenViewAll: true });
    expect(rowsOf((await results(await ended(query))).text).map(({ Id }) => Id)).toEqual([seen]);
  });

  test('rows of parents have their path as their column', async () => {
    const result = org.org.create('Account', { Name: 'Acme', Industry: 'Energy' }, org.admin);
    newContact(org, { AccountId: result.id ?? null });
    const id = await ended('SELECT LastName, Account.Name FROM Contact');
    expect(rowsOf((await results(id)).text)).toEqual([{ LastName: 'Doe', 'Account.Name': 'Acme' }]);
  });

  test('queryAll shows the recycle bin, query does not', async () => {
    const lead = newLead(org);
    org.org.delete('Lead', lead, org.admin);
    const deleted = 'SELECT Id, IsDeleted FROM Lead';
    expect(rowsOf((await results(await ended(deleted))).text)).toEqual([]);
    const all = await ended(deleted, { operation: 'queryAll' });
    expect(rowsOf((await results(all)).text)).toEqual([{ Id: lead, IsDeleted: 'true' }]);
  });

  test('rows stay as they were when the job ran', async () => {
    const lead = newLead(org, { LastName: 'before' });
    const { id } = (await create(query)).json;
    org.org.update('Lead', lead, { LastName: 'as it ran' }, org.admin);
    for (let n = 0; n < 3; n += 1) await look(id);
    org.org.update('Lead', lead, { LastName: 'after' }, org.admin);
    newLead(org);
    expect(rowsOf((await results(id)).text).map(({ LastName }) => LastName)).toEqual(['as it ran']);
  });

  // https://github.com/simple-salesforce/simple-salesforce/issues/502
  test('a job whose object is taken from the user before it runs fails', async () => {
    const { id } = (await create(query)).json;
    org.relay.permissionSets.length = 0;
    for (let n = 0; n < 3; n += 1) await look(id);
    expect((await look(id)).json).toMatchObject({
      state: 'Failed',
      errorMessage: expect.stringMatching(/^InvalidBatch : Failed to process query: INVALID_TYPE/),
    });
  });
});
