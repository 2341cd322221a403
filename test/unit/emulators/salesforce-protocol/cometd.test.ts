import { BayeuxClient, replayIds } from './bayeux-client.ts';
import { login, start, type UnderTest } from './emulator-under-test.ts';
import { stageChange } from './tiny-org.ts';

let under: UnderTest;
let client: BayeuxClient;
beforeEach(async () => {
  under = await start();
  client = new BayeuxClient(under);
});
afterEach(() => under.salesforce.close());

describe('handshake', () => {
  // https://gist.github.com/mattdrees/014a004511288147f8cf9e6689824860
  test('offers long polling and replay, and sets the cookie', async () => {
    expect(await client.handshake()).toEqual({
      channel: '/meta/handshake',
      id: '1',
      clientId: expect.any(String),
      successful: true,
      version: '1.0',
      minimumVersion: '1.0',
      supportedConnectionTypes: ['long-polling'],
      ext: { replay: true, 'payload.format': true },
    });
    expect(client.cookie).toMatch(/^BAYEUX_BROWSER=.+/);
    expect(under.salesforce.stats.handshakes).toBe(1);
  });

  // https://developer.salesforce.com/docs/atlas.en-us.260.0.api_streaming.meta/api_streaming/streaming_handling_errors.htm
  test.each([
    ['a dead token', 'dead', '401::Authentication invalid'],
    ['no token', undefined, '401::Request requires authentication.'],
  ])('with %s is denied, the reason in ext.sfdc', async (_case, token, failureReason) => {
    client.token = token;
    expect(await client.handshake()).toMatchObject({
      error: '403::Handshake denied',
      successful: false,
      advice: { reconnect: 'none' },
      ext: { sfdc: { failureReason } },
    });
  });

  test('beyond the number of concurrent clients is denied', async () => {
    await under.salesforce.close();
    under = await start({ mostClients: 1 });
    await new BayeuxClient(under).handshake();
    const second = await new BayeuxClient(under).handshake();
    expect(second.ext?.sfdc?.failureReason).toBe('403::Organization concurrent user limit exceeded');
    expect(second).toMatchObject({ error: '403::Handshake denied', advice: { reconnect: 'none' } });
  });
});

describe('connect', () => {
  test('is answered at once the first time, with the advice', async () => {
    await client.handshake();
    const [reply] = await client.connect();
    expect(reply).toMatchObject({
      successful: true,
      advice: { interval: 0, timeout: 5000, reconnect: 'retry' },
      clientId: client.clientId,
    });
  });

  test('later is held until an event comes: first the events, then the reply', async () => {
    await client.begin();
    const held = client.connect();
    const [first, second] = under.org.publish(2);
    expect(await held).toEqual([
      {
        channel: stageChange,
        data: {
          schema: 'schema',
          payload: first?.payload,
          event: { replayId: first?.replayId, EventUuid: first?.eventUuid },
        },
      },
      expect.objectContaining({ channel: stageChange }),
      { channel: '/meta/connect', id: '0', clientId: client.clientId, successful: true },
    ]);
    expect(second?.replayId).not.toBe((first?.replayId ?? 0) + 1);
  });

  test('is held no longer than the advised timeout', async () => {
    await under.salesforce.close();
    under = await start({ connectTimeoutMs: 30 });
    client = new BayeuxClient(under);
    await client.begin();
    expect(await client.connect()).toEqual([
      { channel: '/meta/connect', id: '0', clientId: client.clientId, successful: true },
    ]);
  });

  test('with timeout 0 in its advice is answered at once', async () => {
    await client.begin();
    expect(await client.connect({ timeout: 0 })).toHaveLength(1);
  });

  test('a held connect is ended with HTTP 408 by the next one of the same client', async () => {
    await client.begin();
    const message = { channel: '/meta/connect', id: '7', clientId: client.clientId, connectionType: 'long-polling' };
    const first = client.post([message]);
    await waitFor(() => under.salesforce.stats.connects === 2);
    await client.connect({ timeout: 0 });
    expect((await first).status).toBe(408);
  });

  test('with another connection type than long-polling is refused', async () => {
    await client.handshake();
    const [reply] = await client.send({ channel: '/meta/connect', connectionType: 'websocket' });
    expect(reply).toMatchObject({ successful: false, error: '400::Invalid connection type websocket' });
  });

  // https://developer.salesforce.com/docs/atlas.en-us.api_streaming.meta/api_streaming/using_streaming_api_timeouts.htm
  test('after too long a silence meets an unknown client, with advice to shake hands', async () => {
    await under.salesforce.close();
    under = await start({ sessionTimeoutMs: 10 });
    client = new BayeuxClient(under);
    await client.begin();
    await waitFor(() => under.salesforce.clients === 0);
    expect(await client.connect()).toEqual([
      {
        channel: '/meta/connect',
        id: '0',
        error: '403::Unknown client',
        successful: false,
        advice: { interval: 0, reconnect: 'handshake' },
      },
    ]);
  });

  // https://developer.salesforce.com/docs/platform/api-streaming/guide/streaming-error-codes.html
  test('without the cookie is refused', async () => {
    await client.handshake();
    client.cookie = undefined;
    const [reply] = await client.connect();
    expect(reply?.error).toBe(
      `400::Client ${client.clientId} has established a session, but no BAYEUX_BROWSER cookie present`,
    );
  });

  test('with the client id of another browser meets an unknown client', async () => {
    await client.handshake();
    client.cookie = 'BAYEUX_BROWSER=other';
    expect((await client.connect())[0]?.error).toBe('403::Unknown client');
  });

  test('of a connected client outlives the age of its token; a handshake does not', async () => {
    under.salesforce.faults.tokenLifetimeMs = 1000;
    await client.begin();
    under.org.time += 2000;
    expect((await client.connect({ timeout: 0 }))[0]?.successful).toBe(true);
    expect((await new BayeuxClient(under).handshake()).error).toBe('403::Handshake denied');
  });
});

// https://developer.salesforce.com/docs/atlas.en-us.258.0.platform_events.meta/platform_events/platform_events_event_uuid.htm
test.each([
  ['50.0', false],
  ['51.0', false],
  ['52.0', true],
  ['68.0', true],
])('at version %s the EventUuid is shown: %p', async (version, isShown) => {
  client = new BayeuxClient(under, version);
  await client.begin();
  under.org.publish();
  const [event] = await client.connect();
  expect('EventUuid' in (event?.data?.event ?? {})).toBe(isShown);
});

// https://developer.salesforce.com/docs/atlas.en-us.260.0.api_streaming.meta/api_streaming/using_streaming_api_durability.htm
describe('replay', () => {
  test.each([
    ['-1, the new ones', -1, [12]],
    ['-2, all retained and the new ones', -2, [3, 6, 9, 12]],
    ['an id, the ones after it', 6, [9, 12]],
    ['the newest id, the new ones', 9, [12]],
    ['nothing, the new ones', undefined, [12]],
  ])('with %s', async (_case, from, expected) => {
    under.org.publish(3);
    await client.handshake();
    await client.connect();
    expect((await client.subscribe(from)).successful).toBe(true);
    under.org.publish();
    expect(replayIds(await client.connect())).toEqual(expected);
  });

  test.each([[7], [9_999], [-3]])('with the unknown id %p is refused in words with two blanks', async (id) => {
    under.org.publish(3);
    await client.handshake();
    const reply = await client.subscribe(id);
    expect(reply).toMatchObject({ channel: '/meta/subscribe', successful: false, subscription: stageChange });
    expect(reply.error).toBe(
      `400::The replayId {${id}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
    );
  });

  test('with an id from before the 72 hours is refused', async () => {
    under.org.publish();
    under.org.time += 72 * 3_600_000;
    under.salesforce.faults.tokenLifetimeMs = Number.POSITIVE_INFINITY;
    await client.handshake();
    expect((await client.subscribe(3)).error).toMatch(/^400::The replayId \{3\}/);
  });

  // https://github.com/restforce/restforce/issues/498
  test('with a map that lacks the channel is refused with the other 400', async () => {
    await client.handshake();
    const reply = await client.subscribe(undefined, stageChange, { '/event/Other__e': 77 });
    expect(reply.error).toBe(
      `400::The replayId for channel {${stageChange}} wasn't found using the provided replay ID map {{/event/Other__e=77}}. Ensure that the channel name you provided in the replay map is valid and matches the channel name used for subscribing.`,
    );
  });

  test('a backlog comes in pieces of the most events a reply holds', async () => {
    await under.salesforce.close();
    under = await start({ mostEventsPerReply: 2 });
    client = new BayeuxClient(under);
    under.org.publish(5);
    await client.begin(-2);
    const sizes = [];
    for (let n = 0; n < 3; n += 1) sizes.push(replayIds(await client.connect()).length);
    expect(sizes).toEqual([2, 2, 1]);
  });
});

describe('subscribe', () => {
  test.each([
    [
      'an unknown channel',
      '/event/Nope__e',
      "400::The channel you requested to subscribe to doesn't exist {/event/Nope__e}",
    ],
    ['no channel', '', '400::Channel name not specified'],
    ['a name without a slash', 'event/X__e', "400::Channel subscriptions must start with a leading '/'"],
  ])('to %s is refused', async (_case, channel, error) => {
    await client.handshake();
    expect(await client.subscribe(-1, channel)).toMatchObject({ successful: false, error });
  });

  test('without the right to read the event is refused', async () => {
    client.token = await login(under.salesforce.url, 'norights-app');
    await client.handshake();
    expect((await client.subscribe(-1)).error).toBe('403::Restricted channel');
  });

  test('by a client that nobody knows is refused', async () => {
    client.clientId = 'ghost';
    expect((await client.subscribe(-1)).error).toBe('403::Unknown client');
  });

  test('in one request with a connect is answered in order, and the backlog comes with the next connect', async () => {
    under.org.publish(2);
    await client.handshake();
    await client.connect();
    const replies = await client.send(
      { channel: '/meta/connect', connectionType: 'long-polling', advice: { timeout: 0 } },
      { channel: '/meta/subscribe', subscription: stageChange, ext: { replay: { [stageChange]: -2 } } },
    );
    expect(replies.map(({ channel }) => channel)).toEqual(['/meta/connect', '/meta/subscribe']);
    expect(replayIds(await client.connect())).toEqual([3, 6]);
  });

  test('is kept with the replay id that it asked for', async () => {
    await client.handshake();
    for (const id of [-2, -1, undefined]) await client.subscribe(id);
    expect(under.salesforce.stats.replayIdsAsked).toEqual([-2, -1, undefined]);
  });

  test('ends with unsubscribe', async () => {
    await client.begin();
    await client.send({ channel: '/meta/unsubscribe', subscription: stageChange });
    under.org.publish();
    expect(replayIds(await client.connect({ timeout: 0 }))).toEqual([]);
  });
});

// https://developer.salesforce.com/docs/atlas.en-us.260.0.platform_events.meta/platform_events/platform_event_limits.htm
describe('the delivery allocation', () => {
  test('counts an event once for each subscriber', async () => {
    const second = new BayeuxClient(under);
    await Promise.all([client.begin(), second.begin()]);
    under.org.publish(3);
    await Promise.all([client.connect(), second.connect()]);
    expect(under.salesforce.stats.deliveries).toBe(6);
  });

  test('once spent ends the subscription on connect; the events stay and can be replayed next day', async () => {
    await under.salesforce.close();
    under = await start({ deliveriesPerDay: 2 });
    under.salesforce.faults.tokenLifetimeMs = Number.POSITIVE_INFINITY;
    client = new BayeuxClient(under);
    await client.begin();
    under.org.publish(3);
    expect(replayIds(await client.connect())).toEqual([3, 6]);
    expect(await client.connect()).toEqual([
      expect.objectContaining({
        channel: '/meta/connect',
        error: '403::Organization total events daily limit exceeded',
        successful: false,
      }),
    ]);
    expect((await client.subscribe(6)).error).toBe('403::Organization total events daily limit exceeded');
    under.org.time += 24 * 3_600_000 + 60_000;
    expect((await client.subscribe(6)).successful).toBe(true);
    expect(replayIds(await client.connect())).toEqual([9]);
  });
});

// https://developer.salesforce.com/docs/platform/api-streaming/guide/streaming-error-codes.html
describe('the endpoint', () => {
  test('takes 32,768 bytes and refuses more with 413', async () => {
    const fits = await client.post('x'.repeat(32_768));
    const tooLarge = await client.post('x'.repeat(32_769));
    expect([fits.status, tooLarge.status]).toEqual([400, 413]);
    expect(await tooLarge.text()).toBe('Maximum Request Size Exceeded');
  });

  test.each([
    ['/cometd', /API version in the URI is mandatory/],
    ['/cometd/36.0', /Only API versions '37.0' and later are supported/],
    ['/cometd/69.0', /Unsupported API version/],
  ])('at %s is a 400', async (path, text) => {
    const response = await fetch(under.salesforce.url + path, { method: 'POST', body: '[]' });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(text);
  });

  test('has no WebSocket', async () => {
    const response = await fetch(`${under.salesforce.url}/cometd/67.0`);
    expect(response.status).toBe(400);
  });

  test('refuses to publish for a client', async () => {
    await client.handshake();
    const [reply] = await client.send({ channel: stageChange, data: {} });
    expect(reply).toMatchObject({ successful: false });
  });

  test('forgets a client that disconnects while its poll is held, for good', async () => {
    await client.begin();
    const held = client.connect();
    await waitFor(() => under.salesforce.stats.connects === 2);
    await client.send({ channel: '/meta/disconnect' });
    await held;
    expect((await client.connect())[0]?.error).toBe('403::Unknown client');
  });

  test('forgets a client that disconnects', async () => {
    await client.begin();
    const [reply] = await client.send({ channel: '/meta/disconnect' });
    expect([reply?.successful, under.salesforce.clients]).toEqual([true, 0]);
  });
});

async function waitFor(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
}
