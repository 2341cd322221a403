import jsforce from 'jsforce';
import { StreamingExtension } from 'jsforce/lib/api/streaming.js';
import { assertion, secret, secretApp, start, type UnderTest } from './emulator-under-test.ts';
import { stageChange } from './tiny-org.ts';

/** The part of a faye client that the tests use; faye has no types. */
interface FayeClient {
  subscribe(channel: string, listener: (message: { event: { replayId: number } }) => void): PromiseLike<unknown>;
  disable(feature: string): void;
  disconnect(): void;
}

let under: UnderTest;
let connection: InstanceType<typeof jsforce.Connection>;
beforeEach(async () => {
  under = await start();
  connection = new jsforce.Connection({ instanceUrl: under.salesforce.url, accessToken: under.token, version: '67.0' });
});
afterEach(() => under.salesforce.close());

function seed(count: number): string[] {
  const user = under.org.addUser({ username: 'seeder@example.com' });
  return Array.from({ length: count }, (_, n) => under.org.create('Lead', { Status: `s${n}` }, user).id ?? '');
}

test('jsforce logs in by client credentials and by JWT bearer', async () => {
  const loginUrl = under.salesforce.url;
  const bySecret = new jsforce.Connection({
    oauth2: { loginUrl, clientId: secretApp, clientSecret: secret },
    loginUrl,
  });
  const user = await bySecret.authorize({ grant_type: 'client_credentials' });
  expect(user.organizationId).toBe(under.org.id);
  const byJwt = new jsforce.Connection({ oauth2: { loginUrl }, loginUrl, version: '67.0' });
  await byJwt.authorize({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: await assertion(under),
  });
  expect((await byJwt.limits()).DailyApiRequests).toEqual({ Max: 100_000, Remaining: 99_999 });
  expect(byJwt.limitInfo.apiUsage).toEqual({ used: 1, limit: 100_000 });
});

test('jsforce fetches all pages of a query', async () => {
  seed(4100);
  const result = await connection.query('SELECT Id FROM Lead', { autoFetch: true, maxFetch: 10_000 });
  expect([result.records.length, result.totalSize, result.done]).toEqual([4100, 4100, true]);
  expect(under.salesforce.stats.calls).toMatchObject({ query: 1, queryMore: 2 });
});

test('jsforce updates 200 records in one call, with both headers', async () => {
  const records = seed(200).map((Id) => ({ Id, Status: 'Working' }));
  const headers = { 'Sforce-Auto-Assign': 'FALSE', 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };
  const results = await connection.sobject('Lead').update(records, { allOrNone: false, headers });
  expect(results.filter(({ success }) => success)).toHaveLength(200);
  const { stats } = under.salesforce;
  expect([stats.apiCalls, stats.recordWrites.size]).toEqual([1, 200]);
  expect([stats.writesWithoutAutoAssignFalse, stats.writesWithoutAllowSave]).toEqual([0, 0]);
});

test('jsforce describes an object and reads a refusal', async () => {
  expect((await connection.sobject('Lead').describe()).fields[0]?.name).toBe('Status');
  await expect(connection.query('SELEKT')).rejects.toMatchObject({ errorCode: 'MALFORMED_QUERY' });
});

test('jsforce streams events with replay, then live ones', async () => {
  under.org.publish(3);
  const replay = new StreamingExtension.Replay(stageChange, 3);
  const client = connection.streaming.createClient([replay]) as unknown as FayeClient;
  client.disable('websocket');
  const seen: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  await client.subscribe(stageChange, ({ event }) => {
    seen.push(event.replayId);
    if (seen.length === 2) under.org.publish();
    if (seen.length === 3) resolve();
  });
  await promise;
  client.disconnect();
  expect(seen).toEqual([6, 9, 12]);
  expect(under.salesforce.stats.deliveries).toBe(3);
  await new Promise<void>((done) => {
    const look = () => (under.salesforce.clients === 0 ? done() : setTimeout(look, 2));
    look();
  });
});
