import { BayeuxClient, replayIds } from './bayeux-client.ts';
import { askToken, login, rest, secret, secretApp, start, type UnderTest } from './emulator-under-test.ts';

let under: UnderTest;
let client: BayeuxClient;
beforeEach(async () => {
  under = await start();
  client = new BayeuxClient(under);
});
afterEach(() => under.salesforce.close());

const limits = '/services/data/v67.0/limits';
const html = { status: 503, body: '<html>Service Unavailable</html>', contentType: 'text/html' };

// https://developer.salesforce.com/docs/atlas.en-us.260.0.api_streaming.meta/api_streaming/streaming_handling_errors.htm
test('revoked tokens end the long poll with 401 and advice none; a new login works', async () => {
  await client.begin();
  const held = client.connect();
  await nextConnect(2);
  under.salesforce.faults.revokeTokens();
  expect(await held).toEqual([
    {
      channel: '/meta/connect',
      id: '0',
      clientId: client.clientId,
      error: '401::Authentication invalid',
      successful: false,
      advice: { reconnect: 'none', interval: 0 },
    },
  ]);
  expect((await rest(under, 'GET', limits)).status).toBe(401);
  client.token = await login(under.salesforce.url);
  expect((await client.handshake()).successful).toBe(true);
});

// `none` was seen in the field: https://github.com/faye/faye/issues/492
test.each(['handshake', 'none'] as const)('forgotten clients are told so, with advice %s', async (advice) => {
  await client.begin();
  const held = client.connect();
  await nextConnect(2);
  under.salesforce.faults.forgetClients({ advice });
  const expected = { error: '403::Unknown client', advice: { interval: 0, reconnect: advice } };
  expect((await held)[0]).toMatchObject(expected);
  expect((await client.connect())[0]).toMatchObject(expected);
});

// https://developer.salesforce.com/docs/atlas.en-us.260.0.platform_events.meta/platform_events/platform_event_limits.htm
test('spent deliveries end the subscription until they are restored', async () => {
  await client.begin();
  const held = client.connect();
  await nextConnect(2);
  under.salesforce.faults.spendDeliveries();
  const error = '403::Organization total events daily limit exceeded';
  expect((await held)[0]).toMatchObject({ channel: '/meta/connect', successful: false, error });
  expect((await client.subscribe(-1)).error).toBe(error);
  under.salesforce.faults.restoreDeliveries();
  under.org.publish();
  expect((await client.subscribe(-2)).successful).toBe(true);
  expect(replayIds(await client.connect())).toEqual([3]);
});

// https://developer.salesforce.com/docs/platform/pub-sub-api/guide/event-message-durability.html
test('a lost replay window makes every earlier id invalid, and -2 replays only what came after', async () => {
  under.org.publish(2);
  under.salesforce.faults.loseReplayWindow();
  under.org.publish();
  await client.handshake();
  expect((await client.subscribe(6)).error).toMatch(/^400::The replayId \{6\}/);
  expect((await client.subscribe(-2)).successful).toBe(true);
  expect(replayIds(await client.connect())).toEqual([9]);
});

test('denied handshakes advise to go on at once, until they are allowed', async () => {
  under.salesforce.faults.denyHandshakes({ interval: 0 });
  const expected = { error: '403::Handshake denied', advice: { reconnect: 'handshake', interval: 0 } };
  expect(await client.handshake()).toMatchObject(expected);
  expect((await client.handshake()).ext?.sfdc?.failureReason).toMatch(/^To protect all customers/);
  under.salesforce.faults.allowHandshakes();
  expect((await client.handshake()).successful).toBe(true);
  expect(under.salesforce.stats.refusedHandshakes).toBe(2);
});

test.each([
  ['cometd', () => client.post([])],
  ['rest', () => fetch(under.salesforce.url + limits)],
  ['token', () => fetch(`${under.salesforce.url}/services/oauth2/token`, { method: 'POST' })],
] as const)('a canned HTTP answer stands in for %s as often as asked', async (on, request) => {
  under.salesforce.faults.answerHttp(1, { on, ...html });
  const canned = await request();
  expect([canned.status, await canned.text()]).toEqual([503, html.body]);
  expect(canned.headers.get('content-type')).toMatch('text/html');
  expect((await request()).status).not.toBe(503);
});

test('a canned answer for status writes stands in for nothing else', async () => {
  under.salesforce.faults.answerHttp(1, { on: 'collections', ...html });
  expect((await rest(under, 'GET', limits)).status).toBe(200);
  const write = () => rest(under, 'PATCH', '/services/data/v67.0/composite/sobjects', { body: { records: [] } });
  expect((await write()).status).toBe(503);
  expect((await write()).status).not.toBe(503);
});

test('half-open clients hear nothing, while a new one works', async () => {
  await client.begin();
  under.salesforce.faults.hangConnects();
  under.org.publish();
  const abort = new AbortController();
  const silent = client.post(
    [{ channel: '/meta/connect', clientId: client.clientId, connectionType: 'long-polling' }],
    abort.signal,
  );
  const fresh = new BayeuxClient(under);
  await fresh.begin(-2);
  expect(replayIds(await fresh.connect())).toEqual([3]);
  expect(await Promise.race([silent, Promise.resolve('silent')])).toBe('silent');
  abort.abort();
  await expect(silent).rejects.toThrow();
});

test('a reset breaks a long poll, and the next request works', async () => {
  await client.begin();
  const held = client.connect().catch(() => 'broken');
  await nextConnect(2);
  under.salesforce.faults.resetSockets();
  expect(await held).toBe('broken');
  expect((await client.connect({ timeout: 0 }))[0]?.successful).toBe(true);
});

// A body that never ends in time, while bytes go on coming: https://www.rfc-editor.org/rfc/rfc9112#section-6.3
test('a dripping reply sends byte after byte, and is whole in the end', async () => {
  await client.begin();
  under.salesforce.faults.dripReplies(1, 1);
  expect((await client.connect({ timeout: 0 }))[0]?.successful).toBe(true);
});

// faye reads each element of a reply without looking: src/transport/transport.js of 1.4.3
test('a null comes before the other replies', async () => {
  await client.begin();
  under.salesforce.faults.sendNulls(1);
  expect(await client.connect({ timeout: 0 })).toEqual([null, expect.objectContaining({ successful: true })]);
});

test('refused connections are refused until they are accepted again', async () => {
  await client.begin();
  under.salesforce.faults.refuseConnections();
  await expect(client.connect({ timeout: 0 })).rejects.toThrow();
  await under.salesforce.faults.acceptConnections();
  expect((await client.connect({ timeout: 0 }))[0]?.successful).toBe(true);
});

// instance_url is where a token's requests go: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm
test('an org that moved is at the address that a new login names, and nowhere else', async () => {
  const before = under.salesforce.url;
  under.salesforce.faults.moveInstance();
  await expect(rest(under, 'GET', limits)).rejects.toThrow();
  const form = { grant_type: 'client_credentials', client_id: secretApp, client_secret: secret };
  const { body } = await askToken(before, form);
  expect(body.instance_url).not.toBe(before);
  const headers = { Authorization: `Bearer ${String(body.access_token)}` };
  expect((await fetch(`${String(body.instance_url)}${limits}`, { headers })).status).toBe(200);
});

test('a cut reply breaks off in the middle of its body', async () => {
  await client.begin();
  under.salesforce.faults.cutReplies(1);
  await expect(client.connect({ timeout: 0 })).rejects.toThrow();
  expect((await client.connect({ timeout: 0 }))[0]?.successful).toBe(true);
});

// https://developer.salesforce.com/docs/platform/api-streaming/guide/streaming-error-codes.html
test('a busy server says so beside another error', async () => {
  for (const on of ['handshake', 'connect', 'subscribe'] as const) under.salesforce.faults.busy(1, on);
  const replies = [await client.handshake()];
  await client.handshake();
  replies.push(...(await client.connect()), await client.subscribe(-1));
  for (const reply of replies) {
    expect(reply.error).not.toMatch('503');
    expect(reply.ext?.sfdc?.failureReason).toBe('503::Server is too busy. Please try your request again later.');
  }
  expect(replies).toHaveLength(3);
  expect((await client.subscribe(-1)).successful).toBe(true);
});

test('spent API calls are refused until they are restored', async () => {
  under.salesforce.faults.spendApiCalls();
  expect((await rest(under, 'GET', limits)).json[0].errorCode).toBe('REQUEST_LIMIT_EXCEEDED');
  under.salesforce.faults.restoreApiCalls();
  expect((await rest(under, 'GET', limits)).status).toBe(200);
});

test('a lost reply hides work that was done', async () => {
  const user = under.org.addUser({ username: 'seeder@example.com' });
  const { id = '' } = under.org.create('Lead', { Status: 'New' }, user);
  under.salesforce.faults.loseReplies('rest', 1);
  const write = () => rest(under, 'PATCH', `/services/data/v67.0/sobjects/Lead/${id}`, { body: { Status: 'MQL' } });
  await expect(write()).rejects.toThrow();
  expect(under.org.peek('Lead', id)?.Status).toBe('MQL');
  expect((await write()).status).toBe(204);
});

test('a row fault fails that record as often as asked, and leaves the others', async () => {
  const user = under.org.addUser({ username: 'seeder@example.com' });
  const ids = [0, 1].map(() => under.org.create('Lead', { Status: 'New' }, user).id ?? '');
  under.salesforce.faults.failRows(1, { statusCode: 'UNABLE_TO_LOCK_ROW' }, ids[1]);
  const records = ids.map((id) => ({ attributes: { type: 'Lead' }, id, Status: 'MQL' }));
  const update = async () =>
    (await rest(under, 'PATCH', '/services/data/v67.0/composite/sobjects', { body: { records } })).json;
  expect(await update()).toMatchObject([{ success: true }, { errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] }]);
  expect(await update()).toMatchObject([{ success: true }, { success: true }]);
});

test('unused canned answers are dropped on request', async () => {
  under.salesforce.faults.answerHttp(5, { on: 'token', ...html });
  under.salesforce.faults.clearHttp();
  const form = { grant_type: 'client_credentials', client_id: secretApp, client_secret: secret };
  expect((await askToken(under.salesforce.url, form)).status).toBe(200);
});

/** Until the server has seen so many connects. */
async function nextConnect(count: number): Promise<void> {
  while (under.salesforce.stats.connects < count) await new Promise((resolve) => setTimeout(resolve, 1));
}
