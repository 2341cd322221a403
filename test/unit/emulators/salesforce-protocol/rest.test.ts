import { login, rest, start, type UnderTest } from './emulator-under-test.ts';

let under: UnderTest;
beforeEach(async () => {
  under = await start();
});
afterEach(() => under.salesforce.close());

const base = '/services/data/v67.0';
const goodHeaders = { 'Sforce-Auto-Assign': 'FALSE', 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };

function seed(count: number): string[] {
  const user = under.org.addUser({ username: 'seeder@example.com' });
  return Array.from({ length: count }, (_, n) => under.org.create('Lead', { Status: `s${n}` }, user).id ?? '');
}

describe('every request', () => {
  // https://developer.salesforce.com/docs/platform/salesforce-app-limits-cheatsheet/guide/salesforce-app-limits-platform-api.html
  test('carries the usage of the API allocation and the date of the org', async () => {
    const first = await rest(under, 'GET', `${base}/limits`);
    const second = await rest(under, 'GET', `${base}/`);
    expect(first.headers.get('sforce-limit-info')).toBe('api-usage=1/100000');
    expect(second.headers.get('sforce-limit-info')).toBe('api-usage=2/100000');
    expect(second.headers.get('date')).toBe('Tue, 24 Nov 2026 10:00:00 GMT');
  });

  test.each([
    ['no token', {}],
    ['an unknown token', { Authorization: 'Bearer 00D!x' }],
  ])('with %s is a 401 in an array', async (_case, headers) => {
    const response = await fetch(`${under.salesforce.url}${base}/limits`, { headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual([{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
    expect(under.salesforce.stats.apiCalls).toBe(0);
  });

  test('takes both spellings of the scheme', async () => {
    const headers = { Authorization: `OAuth ${under.token}` };
    expect((await fetch(`${under.salesforce.url}${base}/limits`, { headers })).status).toBe(200);
  });

  test('is refused once the token has aged, and works with a new one', async () => {
    under.salesforce.faults.tokenLifetimeMs = 60_000;
    under.org.time += 60_000;
    expect((await rest(under, 'GET', `${base}/limits`)).status).toBe(401);
    under.token = await login(under.salesforce.url);
    expect((await rest(under, 'GET', `${base}/limits`)).status).toBe(200);
  });

  test('beyond the allocation is a 403 REQUEST_LIMIT_EXCEEDED until the rolling day is over', async () => {
    await under.salesforce.close();
    under = await start({ apiCallsPerDay: 2 });
    under.salesforce.faults.tokenLifetimeMs = Number.POSITIVE_INFINITY;
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await rest(under, 'GET', `${base}/limits`)).status);
    expect(statuses).toEqual([200, 200, 403]);
    const refused = await rest(under, 'GET', `${base}/limits`);
    expect(refused.json).toEqual([{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }]);
    expect(refused.headers.get('sforce-limit-info')).toBe('api-usage=2/2');
    expect(refused.headers.get('retry-after')).toBeNull();
    under.org.time += 24 * 3_600_000 + 60_000;
    expect((await rest(under, 'GET', `${base}/limits`)).status).toBe(200);
  });

  test('with a URI over 16,384 bytes is a 414', async () => {
    const reply = await rest(under, 'GET', `${base}/query?q=${'x'.repeat(16_384)}`);
    expect(reply.status).toBe(414);
  });

  test.each([['/nothing'], ['/sobjects/Lead/describe/x/y']])('to %s is NOT_FOUND', async (path) => {
    const reply = await rest(under, 'GET', base + path);
    expect([reply.status, reply.json[0].errorCode]).toEqual([404, 'NOT_FOUND']);
  });

  // https://developer.salesforce.com/docs/atlas.en-us.264.0.api_streaming.meta/api_streaming/streaming_error_codes.htm
  test.each([['36.0'], ['69.0'], ['67']])('of version %s is NOT_FOUND', async (version) => {
    expect((await rest(under, 'GET', `/services/data/v${version}/limits`)).status).toBe(404);
  });
});

test('the list of versions needs no token and ends with Winter 27', async () => {
  const response = await fetch(`${under.salesforce.url}/services/data`);
  const versions = (await response.json()) as { version: string; label: string; url: string }[];
  expect(versions[0]?.version).toBe('37.0');
  expect(versions.at(-1)).toEqual({ version: '68.0', label: "Winter '27", url: '/services/data/v68.0' });
  expect(versions.at(-2)?.label).toBe("Summer '26");
});

describe('query', () => {
  test('gives pages of 2,000 rows, each page one API call', async () => {
    seed(4500);
    const first = (await rest(under, 'GET', `${base}/query?q=${encodeURIComponent('SELECT Id FROM Lead')}`)).json;
    expect(first).toMatchObject({ totalSize: 4500, done: false });
    expect(first.nextRecordsUrl).toMatch(/^\/services\/data\/v67\.0\/query\/01g\w+-2000$/);
    const second = (await rest(under, 'GET', first.nextRecordsUrl)).json;
    const third = (await rest(under, 'GET', second.nextRecordsUrl)).json;
    expect([first.records.length, second.records.length, third.records.length]).toEqual([2000, 2000, 500]);
    expect([third.done, third.nextRecordsUrl]).toEqual([true, undefined]);
    expect(under.salesforce.stats.calls).toMatchObject({ query: 1, queryMore: 2 });
    expect(under.salesforce.stats.apiCalls).toBe(3);
  });

  test('pages are as long as Sforce-Query-Options asks, 200 at least', async () => {
    seed(300);
    const headers = { 'Sforce-Query-Options': 'batchSize=10' };
    const reply = await rest(under, 'GET', `${base}/query?q=SELECT+Id+FROM+Lead`, { headers });
    expect(reply.json.records).toHaveLength(200);
  });

  test('queryAll asks the org for deleted rows too', async () => {
    await rest(under, 'GET', `${base}/queryAll?q=SELECT+Id+FROM+Lead`);
    expect(under.org.queried).toEqual([{ soql: 'SELECT Id FROM Lead', all: true }]);
  });

  test('a locator of nobody, of another user or past the end is refused', async () => {
    seed(2001);
    const { nextRecordsUrl } = (await rest(under, 'GET', `${base}/query?q=SELECT+Id+FROM+Lead`)).json;
    const other = await login(under.salesforce.url, 'norights-app');
    const refused = [
      await rest(under, 'GET', `${base}/query/01gNOBODY-2000`),
      await rest(under, 'GET', nextRecordsUrl, { token: other }),
      await rest(under, 'GET', nextRecordsUrl.replace('-2000', '-9999')),
    ];
    expect(refused.map(({ status, json }) => [status, json[0].errorCode])).toEqual(
      Array.from({ length: 3 }, () => [400, 'INVALID_QUERY_LOCATOR']),
    );
  });

  // Two days: https://help.salesforce.com/s/articleView?id=000384958
  test('a locator that has expired stays expired, and a new query pages again', async () => {
    seed(2001);
    const ask = async () => (await rest(under, 'GET', `${base}/query?q=SELECT+Id+FROM+Lead`)).json.nextRecordsUrl;
    const expiring = await ask();
    under.salesforce.faults.expireLocators(1);
    for (const _ of ['at once', 'and again']) {
      const reply = await rest(under, 'GET', expiring);
      expect([reply.status, reply.json[0].errorCode]).toEqual([400, 'INVALID_QUERY_LOCATOR']);
    }
    const next = await ask();
    expect(next).not.toBe(expiring);
    expect((await rest(under, 'GET', next)).json.records).toHaveLength(1);
  });

  test('a query over more rows than the limit runs for too long, until all are answered again', async () => {
    seed(3);
    const ask = () => rest(under, 'GET', `${base}/query?q=SELECT+Id+FROM+Lead`);
    under.salesforce.faults.timeOutQueries({ rows: 3 });
    expect((await ask()).status).toBe(200);
    under.salesforce.faults.timeOutQueries({ rows: 2 });
    const slow = await ask();
    expect([slow.status, slow.json]).toEqual([
      400,
      [{ errorCode: 'QUERY_TIMEOUT', message: 'Your query request was running for too long.' }],
    ]);
    under.salesforce.faults.answerQueries();
    expect((await ask()).status).toBe(200);
  });

  test('what the org refuses comes back with its code', async () => {
    const reply = await rest(under, 'GET', `${base}/query?q=SELEKT`);
    expect([reply.status, reply.json]).toEqual([
      400,
      [{ errorCode: 'MALFORMED_QUERY', message: 'unexpected token: SELEKT' }],
    ]);
    expect(under.salesforce.stats.emulatorErrors).toEqual([]);
  });
});

// https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-sobjects-collections-update.html
describe('collections', () => {
  const update = (records: unknown[], headers: Record<string, string> = goodHeaders, allOrNone = false) =>
    rest(under, 'PATCH', `${base}/composite/sobjects`, { body: { allOrNone, records }, headers });
  const lead = (id: string) => ({ attributes: { type: 'Lead' }, id, Status: 'Working' });

  test('an update answers 200 with one result for each record, in order, failed ones too', async () => {
    const [first = '', last = ''] = seed(2);
    const reply = await update([lead(first), lead('00QGONE'), { attributes: { type: 'Lead' } }, lead(last)]);
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual([
      { id: first, success: true, errors: [] },
      { success: false, errors: [{ statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] }] },
      { success: false, errors: [expect.objectContaining({ statusCode: 'MISSING_ARGUMENT' })] },
      { id: last, success: true, errors: [] },
    ]);
    expect(under.org.peek('Lead', last)?.Status).toBe('Working');
    expect(under.salesforce.stats.apiCalls).toBe(1);
  });

  test('200 records pass, 201 are refused and none is saved', async () => {
    const ids = seed(201);
    expect((await update(ids.slice(0, 200).map(lead))).json).toHaveLength(200);
    under.org.savedWith.length = 0;
    const refused = await update(ids.map(lead));
    expect([refused.status, refused.json[0].errorCode]).toEqual([400, 'EXCEEDED_ID_LIMIT']);
    expect(under.org.savedWith).toEqual([]);
  });

  test('records of changing types make at most 10 chunks', async () => {
    const [id = ''] = seed(1);
    const alternating = (runs: number) =>
      Array.from({ length: runs }, (_, n) => ({ ...lead(id), attributes: { type: n % 2 ? 'Contact' : 'Lead' } }));
    expect((await update(alternating(10))).status).toBe(200);
    expect((await update(alternating(11))).json[0].errorCode).toBe('LIMIT_EXCEEDED');
  });

  // https://developer.salesforce.com/docs/platform/api-rest/guide/headers-autoassign.md
  test('assignment runs and duplicates block unless both headers say otherwise, and each such record is counted', async () => {
    const [id = ''] = seed(1);
    under.org.savedWith.length = 0;
    await update([lead(id)], {});
    await update([lead(id)], goodHeaders);
    await update([lead(id)], { 'Sforce-Auto-Assign': 'false', 'Sforce-Duplicate-Rule-Header': 'allowSave=false' });
    expect(under.org.savedWith).toEqual([
      { autoAssign: true, allowDuplicates: false },
      { autoAssign: false, allowDuplicates: true },
      { autoAssign: false, allowDuplicates: false },
    ]);
    const { stats } = under.salesforce;
    expect([stats.writesWithoutAutoAssignFalse, stats.writesWithoutAllowSave, stats.recordWrites.get(id)]).toEqual([
      1, 2, 3,
    ]);
  });

  test('records without a type, nested values and a missing list are refused as a whole', async () => {
    const [id = ''] = seed(1);
    const replies = [
      await update([{ id }]),
      await update([{ ...lead(id), Owner: { Id: '005' } }]),
      await rest(under, 'PATCH', `${base}/composite/sobjects`, { body: {} }),
    ];
    expect(replies.map(({ status, json }) => [status, json[0].errorCode])).toEqual([
      [400, 'INVALID_TYPE'],
      [400, 'JSON_PARSER_ERROR'],
      [400, 'INVALID_INPUT'],
    ]);
  });

  test('allOrNone with a failed row fails loudly, for the org cannot roll back', async () => {
    const reply = await update([lead('00QGONE')], goodHeaders, true);
    expect(reply.status).toBe(500);
    expect(under.salesforce.stats.emulatorErrors).toEqual(['allOrNone with a failed row is not emulated']);
  });

  test('a create answers per record, and one of an unknown type fails alone', async () => {
    const records = [
      { attributes: { type: 'Lead' }, Status: 'New' },
      { attributes: { type: 'Nope' }, Status: 'New' },
    ];
    const reply = await rest(under, 'POST', `${base}/composite/sobjects`, { body: { records } });
    expect(reply.json[0]).toMatchObject({ success: true });
    expect(reply.json[1].errors[0].statusCode).toBe('INVALID_TYPE');
  });

  test('a body that is not JSON is refused', async () => {
    const headers = { Authorization: `Bearer ${under.token}`, 'Content-Type': 'application/json' };
    const url = `${under.salesforce.url}${base}/composite/sobjects`;
    const response = await fetch(url, { method: 'PATCH', headers, body: '{"records":' });
    expect([response.status, await response.json()]).toEqual([
      400,
      [expect.objectContaining({ errorCode: 'JSON_PARSER_ERROR' })],
    ]);
  });
});

describe('one record', () => {
  test('is created, read, updated and deleted', async () => {
    const created = await rest(under, 'POST', `${base}/sobjects/Lead`, { body: { Status: 'New' } });
    expect([created.status, created.json.success]).toEqual([201, true]);
    const path = `${base}/sobjects/Lead/${created.json.id}`;
    expect((await rest(under, 'PATCH', path, { body: { Status: 'MQL' }, headers: goodHeaders })).status).toBe(204);
    expect((await rest(under, 'GET', `${path}?fields=Status`)).json).toMatchObject({ Status: 'MQL' });
    expect((await rest(under, 'DELETE', path)).status).toBe(204);
    const gone = await rest(under, 'GET', path);
    expect([gone.status, gone.json[0].errorCode]).toEqual([404, 'NOT_FOUND']);
    const late = await rest(under, 'PATCH', path, { body: { Status: 'x' } });
    expect([late.status, late.json[0].errorCode]).toEqual([404, 'ENTITY_IS_DELETED']);
  });

  test('objects are listed and described', async () => {
    expect((await rest(under, 'GET', `${base}/sobjects`)).json.sobjects[0].name).toBe('Lead');
    expect((await rest(under, 'GET', `${base}/sobjects/Lead/describe`)).json.fields[0].name).toBe('Status');
    expect((await rest(under, 'GET', `${base}/sobjects/Nope/describe`)).status).toBe(404);
  });
});

// https://developer.salesforce.com/docs/atlas.en-us.260.0.platform_events.meta/platform_events/platform_event_limits.htm
test('limits show API calls, deliveries, published events and bulk queries', async () => {
  under.org.publish(3);
  expect((await rest(under, 'GET', `${base}/limits`)).json).toEqual({
    DailyApiRequests: { Max: 100_000, Remaining: 99_999 },
    DailyDeliveredPlatformEvents: { Max: 50_000, Remaining: 50_000 },
    HourlyPublishedPlatformEvents: { Max: 250_000, Remaining: 249_997 },
    DailyBulkV2QueryJobs: { Max: 10_000, Remaining: 10_000 },
    DailyBulkV2QueryFileStorageMB: { Max: 953_674, Remaining: 953_674 },
  });
});

test('the emulator listens on loopback only', async () => {
  expect(under.salesforce.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await expect(start({ host: '0.0.0.0' as '127.0.0.1' })).rejects.toThrow('loopback');
});
