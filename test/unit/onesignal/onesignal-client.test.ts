import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { createOneSignalClient, type OneSignalOutcome } from '../../../relay/onesignal/onesignal-client.ts';
import { closeAll, connect, json, serve } from './loopback-server.ts';

const USER = { label: 'external_id', id: 'u-1' };
const TAGS = { sf_stage: 'mql' };

afterEach(closeAll);

describe('requests', () => {
  test('each call is the documented request, with the key and the integration named', async () => {
    const server = await serve(json(200, { identity: { onesignal_id: 'os-1', external_id: 'u-1' } }));
    const client = connect(server.url, { version: '1.2.3' });
    await client.createUser({ identity: { external_id: 'u-1' }, tags: TAGS }, 'a');
    await client.updateTags(USER, TAGS, 'b');
    await client.updateIdentity(USER, { salesforce_id: '00Q' }, 'c');
    await client.deleteAlias(USER, 'salesforce_id', 'd');
    await client.deleteUser(USER, 'e');
    await client.viewUser(USER);
    expect(server.seen.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['POST', '/apps/app-1/users', '{"identity":{"external_id":"u-1"},"properties":{"tags":{"sf_stage":"mql"}}}'],
      ['PATCH', '/apps/app-1/users/by/external_id/u-1', '{"properties":{"tags":{"sf_stage":"mql"}}}'],
      ['PATCH', '/apps/app-1/users/by/external_id/u-1/identity', '{"identity":{"salesforce_id":"00Q"}}'],
      ['DELETE', '/apps/app-1/users/by/external_id/u-1/identity/salesforce_id', ''],
      ['DELETE', '/apps/app-1/users/by/external_id/u-1', ''],
      ['GET', '/apps/app-1/users/by/external_id/u-1', ''],
    ]);
    for (const { headers } of server.seen) {
      expect(headers).toMatchObject({
        authorization: 'Key os_v2_app_secret',
        'content-type': 'application/json',
        'onesignal-usage': 'OneSignal for Salesforce | Partner Integration',
        'user-agent': 'onesignal-salesforce-relay/1.2.3',
      });
    }
    // Not six: a connection is kept for the next call.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test('an address is created switched on, asked for, switched, moved and deleted by the documented requests', async () => {
    const server = await serve(json(200, {}));
    const client = connect(server.url);
    const [email, mobile] = [
      { type: 'Email', token: 'a/b@c.example' } as const,
      { type: 'SMS', token: '+4917' } as const,
    ];
    expect(await client.createSubscription(USER, email, 'a')).toMatchObject({ kind: 'created' });
    await client.updateSubscription(mobile, undefined, 'b');
    await client.updateSubscription({ ...mobile, token: '+4918' }, false, 'c');
    await client.updateSubscription({ ...mobile, token: '+4919' }, true, 'd');
    await client.transferSubscription({ ...mobile, id: 's-1', token: '+4920' }, 'u-2');
    await client.deleteSubscription({ ...mobile, id: 's-2', token: '+4921' }, 'e');
    const app = '/apps/app-1';
    expect(server.seen.map(({ method, path, body }) => [method, path, body && JSON.parse(body)])).toEqual([
      [
        'POST',
        `${app}/users/by/external_id/u-1/subscriptions`,
        { subscription: { ...email, enabled: true, notification_types: 1 } },
      ],
      ['PATCH', `${app}/subscriptions_by_token/SMS/%2B4917`, { subscription: {} }],
      ['PATCH', `${app}/subscriptions_by_token/SMS/%2B4918`, { subscription: { enabled: false } }],
      [
        'PATCH',
        `${app}/subscriptions_by_token/SMS/%2B4919`,
        { subscription: { enabled: true, notification_types: 1 } },
      ],
      ['PATCH', `${app}/subscriptions/s-1/owner`, { identity: { external_id: 'u-2' } }],
      ['DELETE', `${app}/subscriptions/s-2`, ''],
    ]);
  });

  test('two changes of one address reach OneSignal a second apart, whichever users they are for', async () => {
    const server = await serve(json(202, {}));
    const client = connect(server.url);
    const address = { type: 'Email', token: 'a@b.example' } as const;
    await client.updateSubscription(address, false, 'u-1');
    await client.transferSubscription({ ...address, id: 's-1' }, 'u-2');
    const [first, second] = server.seen;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  test('an address that came from another user is told apart from one that was made', async () => {
    const server = await serve(json(202, { subscription: { id: 's-1' } }));
    const outcome = connect(server.url).createSubscription(USER, { type: 'Email', token: 'a@b.example' }, 'a');
    expect(await outcome).toMatchObject({ kind: 'existing' });
  });

  test('a view that would have to wait is not made where it may be left out', async () => {
    const server = await serve(json(200, { identity: {} }));
    const client = connect(server.url);
    expect(await client.viewUser(USER, { onlyIfFree: true })).toMatchObject({ kind: 'viewed' });
    expect(await client.viewUser(USER, { onlyIfFree: true })).toEqual({ kind: 'not_sent', fault: 'aborted' });
    expect(server.seen).toHaveLength(1);
  });

  test('ids in any script are percent-encoded, and a path in the base URL is kept', async () => {
    const server = await serve(json(202, {}));
    const client = connect(`${server.url}/proxy/onesignal/`, { appId: 'a b' });
    await client.updateTags({ label: 'crm_id', id: 'Zoë+1@例え.jp%' }, TAGS, 'u');
    expect(server.seen[0]?.path).toBe(
      '/proxy/onesignal/apps/a%20b/users/by/crm_id/Zo%C3%AB%2B1%40%E4%BE%8B%E3%81%88.jp%25',
    );
  });

  test.each(['', '.', '..', 'a..b', 'a/b', 'a b', 'a?b', 'a#b', 'a\nb', '\ud800'])(
    'the id %j, which could change the path, is never sent',
    async (id) => {
      const server = await serve(json(202, {}));
      const client = connect(server.url);
      const refused = { kind: 'invalid', status: 0, codes: ['alias_not_allowed'] };
      expect(await client.deleteUser({ label: 'external_id', id }, 'u')).toEqual(refused);
      expect(await client.updateTags({ label: id, id: 'x' }, TAGS, 'u')).toEqual(refused);
      expect(await client.deleteAlias(USER, id, 'u')).toEqual(refused);
      expect(server.seen).toEqual([]);
    },
  );

  test('a key with a line break is refused without being shown', () => {
    const build = () => connect('http://127.0.0.1:1', { apiKey: 'secret\r\nx: y' });
    expect(build).toThrow(TypeError);
    expect(build).toThrow(/^(?!.*secret)/s);
  });

  test('the probe tells a working key from a refused one and a missing app from a missing user', async () => {
    let status = 404;
    const server = await serve((request, response, socket) =>
      json(status, { errors: [{ code: 'any', title: '' }] })(request, response, socket),
    );
    expect(await connect(server.url).probe()).toMatchObject({ kind: 'accepted' });
    status = 401;
    expect(await connect(server.url).probe()).toMatchObject({ kind: 'unauthorized' });
    status = 403;
    expect(await connect(server.url).probe()).toMatchObject({ kind: 'forbidden' });
    expect(server.seen[0]).toMatchObject({ method: 'GET', body: '' });
  });

  test('each tried request is counted by call and status, and a failing counter costs nothing', async () => {
    const server = await serve(json(202, {}));
    const counted: unknown[] = [];
    const client = connect(server.url, { onRequest: (...request) => counted.push(request) });
    await client.updateTags(USER, TAGS, 'u');
    expect(counted).toEqual([['update_tags', 202]]);
    const failing = connect(server.url, {
      onRequest: () => {
        throw new Error('no metrics today');
      },
    });
    expect(await failing.updateTags(USER, TAGS, 'u')).toMatchObject({ kind: 'accepted' });
  });
});

describe('faults', () => {
  test('a refused connection was surely not sent', async () => {
    const counted: unknown[] = [];
    const client = connect('http://127.0.0.1:1', { onRequest: (...request) => counted.push(request) });
    expect(await client.updateTags(USER, TAGS, 'u')).toEqual({ kind: 'not_sent', fault: 'refused' });
    expect(counted).toEqual([['update_tags', 'network_error']]);
  });

  test('a name that does not resolve was surely not sent', async () => {
    const client = connect('http://onesignal.invalid');
    expect(await client.updateTags(USER, TAGS, 'u')).toEqual({ kind: 'not_sent', fault: 'dns' });
  });

  test('a server that does not speak TLS got nothing', async () => {
    const server = await serve(json(202, {}));
    const client = connect(server.url.replace('http:', 'https:'));
    expect(await client.updateTags(USER, TAGS, 'u')).toEqual({ kind: 'not_sent', fault: 'tls' });
    expect(server.seen).toEqual([]);
  });

  test('a TLS greeting that is never answered was surely not sent', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const client = connect(`https://127.0.0.1:${port}`, { timeoutMs: 100 });
    const outcome = await client.updateTags(USER, TAGS, 'u');
    expect(outcome.kind).toBe('not_sent');
    expect(['timeout', 'connect_timeout']).toContain('fault' in outcome && outcome.fault);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  test('a connection that breaks before the answer leaves a doubt', async () => {
    const server = await serve((_request, _response, socket) => socket.resetAndDestroy());
    expect(await connect(server.url).updateTags(USER, TAGS, 'u')).toEqual({ kind: 'lost', fault: 'reset' });
  });

  test('a 202 that breaks off in its body leaves a doubt', async () => {
    const server = await serve((_request, response, socket) => {
      response.writeHead(202, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"properties":', () => socket.destroy());
    });
    expect(await connect(server.url).updateTags(USER, TAGS, 'u')).toEqual({ kind: 'lost', fault: 'reset' });
  });

  test('a 401 that breaks off in its body is still a 401', async () => {
    const server = await serve((_request, response, socket) => {
      response.writeHead(401, { 'content-length': '100' });
      response.write('{"errors":', () => socket.destroy());
    });
    expect(await connect(server.url).updateTags(USER, TAGS, 'u')).toEqual({ kind: 'unauthorized', status: 401 });
  });

  test('an answer that never comes is given up after the timeout', async () => {
    const server = await serve(() => {});
    const client = connect(server.url, { timeoutMs: 100 });
    expect(await client.updateTags(USER, TAGS, 'u')).toEqual({ kind: 'lost', fault: 'timeout' });
  });

  test('an answer that drips is given up after the timeout, not after the last drop', async () => {
    const drips: NodeJS.Timeout[] = [];
    const server = await serve((_request, response) => {
      response.writeHead(202, { 'content-type': 'application/json' });
      drips.push(setInterval(() => response.write(' '), 10));
    });
    const client = connect(server.url, { timeoutMs: 150 });
    expect(await client.updateTags(USER, TAGS, 'u')).toEqual({ kind: 'lost', fault: 'timeout' });
    for (const drip of drips) clearInterval(drip);
  });

  test('bytes that are not HTTP leave a doubt', async () => {
    const server = await serve((_request, _response, socket) => socket.end('SSH-2.0-nope\r\n\r\n'));
    expect(await connect(server.url).updateTags(USER, TAGS, 'u')).toEqual({ kind: 'lost', fault: 'bad_reply' });
  });

  test('an endless body is cut at a megabyte', async () => {
    let sent = 0;
    const closed = Promise.withResolvers<void>();
    const server = await serve((_request, response, socket) => {
      socket.on('close', closed.resolve);
      response.writeHead(202, { 'content-type': 'application/json' });
      const more = () => {
        if (socket.destroyed) return;
        sent += 65_536;
        response.write('x'.repeat(65_536), more);
      };
      more();
    });
    expect(await connect(server.url).updateTags(USER, TAGS, 'u')).toEqual({
      kind: 'unavailable',
      status: 202,
      codes: ['unreadable_reply'],
      retryAfterMs: undefined,
      doubtful: true,
    });
    await closed.promise;
    expect(sent).toBeLessThan(50_000_000);
  });

  test('a page with 503 is no verdict', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(503, { 'content-type': 'text/html', 'retry-after': '3' });
      response.end('<h1>dana@example.com is down</h1>');
    });
    expect(await connect(server.url).updateTags(USER, TAGS, 'u')).toEqual({
      kind: 'unavailable',
      status: 503,
      codes: [],
      retryAfterMs: 3_000,
      doubtful: false,
    });
  });

  test('a redirect is not followed, so that the key stays with the host it is for', async () => {
    const other = await serve(json(202, {}));
    const server = await serve((_request, response) => {
      response.writeHead(307, { location: `${other.url}/apps/app-1/users` });
      response.end();
    });
    expect(await connect(server.url).updateTags(USER, TAGS, 'u')).toMatchObject({
      kind: 'unavailable',
      codes: ['unexpected_redirect'],
    });
    expect(other.seen).toEqual([]);
  });

  test('a connection that the server closed between two calls is replaced', async () => {
    const server = await serve((request, response, socket) => {
      json(202, {})(request, response, socket);
      response.on('finish', () => socket.end());
    });
    const client = connect(server.url);
    const outcomes: OneSignalOutcome[] = [];
    for (const user of ['a', 'b', 'c']) {
      outcomes.push(await client.updateTags(USER, TAGS, user));
      // The close has to be seen before the next request; a turn of the event loop each way is enough on loopback.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(server.connections()).toBe(3);
  });
});

describe('turns', () => {
  test.each([
    ['seconds', '3600'],
    ['a date', new Date(Date.now() + 3_600_000).toUTCString()],
  ])('a 429 with %s pauses every user until it is over', async (_form, retryAfter) => {
    const server = await serve(json(429, { errors: ['API rate limit exceeded'] }, { 'retry-after': retryAfter }));
    const client = connect(server.url);
    const refused = await client.updateTags(USER, TAGS, 'u-1');
    expect(refused).toMatchObject({ kind: 'rate_limited', scope: 'app' });
    expect((refused as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(3_000_000);
    const others = [client.updateTags(USER, TAGS, 'u-2'), client.probe(), client.deleteUser(USER, 'u-3')];
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.seen).toHaveLength(1);
    await client.close(0);
    expect(await Promise.all(others)).toEqual(Array(3).fill({ kind: 'not_sent', fault: 'closed' }));
  });

  test('a pause ends by itself', async () => {
    let calls = 0;
    const server = await serve((request, response, socket) => {
      calls += 1;
      json(calls === 1 ? 429 : 202, {}, { 'retry-after': '0.3' })(request, response, socket);
    });
    const client = connect(server.url);
    expect(await client.updateTags(USER, TAGS, 'u-1')).toMatchObject({ kind: 'rate_limited', retryAfterMs: 300 });
    expect(await client.updateTags(USER, TAGS, 'u-2')).toMatchObject({ kind: 'accepted' });
    expect((server.seen[1]?.at ?? 0) - (server.seen[0]?.at ?? 0)).toBeGreaterThanOrEqual(300);
  });

  test('a 429 for views leaves the writes alone', async () => {
    const server = await serve((request, response, socket) =>
      json(request.method === 'GET' ? 429 : 202, {}, { 'retry-after': '3600' })(request, response, socket),
    );
    const client = connect(server.url);
    expect(await client.viewUser(USER)).toMatchObject({ kind: 'rate_limited', scope: 'views' });
    expect(await client.updateTags(USER, TAGS, 'u')).toMatchObject({ kind: 'accepted' });
    const nextView = client.probe();
    await client.close();
    expect(await nextView).toEqual({ kind: 'not_sent', fault: 'closed' });
    expect(server.seen).toHaveLength(2);
  });

  test('a write that never went out does not make its user wait', async () => {
    const client = connect('http://127.0.0.1:1');
    const from = performance.now();
    for (let attempt = 0; attempt < 3; attempt += 1) await client.updateTags(USER, TAGS, 'u');
    expect(performance.now() - from).toBeLessThan(1_000);
  });

  test('two writes of one user and two views reach OneSignal a second apart, different users at once', async () => {
    const server = await serve(json(202, { identity: {} }));
    const client = connect(server.url);
    await Promise.all([
      client.updateTags(USER, TAGS, 'u-1'),
      client.updateIdentity(USER, { a: '1' }, 'u-1'),
      client.updateTags({ label: 'external_id', id: 'u-2' }, TAGS, 'u-2'),
      client.viewUser(USER),
      client.probe(),
    ]);
    const at = server.seen.map((request) => request.at - (server.seen[0]?.at ?? 0));
    expect(at).toHaveLength(5);
    expect(at[2]).toBeLessThan(1_000);
    expect(at[3]).toBeGreaterThanOrEqual(1_000);
    expect(
      server.seen
        .slice(3)
        .map((request) => request.path)
        .toSorted(),
    ).toEqual([
      '/apps/app-1/users/by/external_id/onesignal-salesforce-relay-probe',
      '/apps/app-1/users/by/external_id/u-1/identity',
    ]);
  });

  test('users and views that are held back after a start, and users that another process wrote to, wait', async () => {
    const server = await serve(json(202, {}));
    const client = connect(server.url);
    client.restUser('u-1', 200);
    client.holdBack(100);
    const from = performance.now();
    const wait = async (call: Promise<unknown>) => {
      await call;
      return performance.now() - from;
    };
    const write = (user: string) => wait(client.updateTags(USER, TAGS, user));
    const [known, unknown, view] = await Promise.all([write('u-1'), write('u-2'), wait(client.viewUser(USER))]);
    expect(known).toBeGreaterThanOrEqual(199);
    expect(unknown).toBeGreaterThanOrEqual(99);
    expect(view).toBeGreaterThanOrEqual(99);
  });

  test('no more requests are under way than allowed, and none is lost', async () => {
    let underWay = 0;
    let most = 0;
    const server = await serve((request, response, socket) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        json(202, {})(request, response, socket);
      }, 5);
    });
    const client = connect(server.url, { maxConcurrent: 4, requestsPerSecond: 100_000 });
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) => client.updateTags(USER, TAGS, `u-${index}`)),
    );
    expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['accepted']));
    expect(most).toBe(4);
  });

  test('a call that is aborted while it waits is never sent; one under way is not cut off', async () => {
    const server = await serve((request, response, socket) => {
      setTimeout(() => json(202, {})(request, response, socket), 50);
    });
    const client = connect(server.url);
    const { signal, abort } = abortable();
    const underWay = client.updateTags(USER, TAGS, 'u', { signal });
    const waiting = client.updateTags(USER, TAGS, 'u', { signal });
    await server.arrived(1);
    abort();
    expect(await waiting).toEqual({ kind: 'not_sent', fault: 'aborted' });
    expect(await underWay).toMatchObject({ kind: 'accepted' });
    expect(server.seen).toHaveLength(1);
  });
});

describe('closing', () => {
  test('lets a request under way finish and ends the waiting ones', async () => {
    const server = await serve((request, response, socket) => {
      setTimeout(() => json(202, {})(request, response, socket), 50);
    });
    const client = connect(server.url);
    const underWay = client.updateTags(USER, TAGS, 'u');
    const waiting = client.updateTags(USER, TAGS, 'u');
    await server.arrived(1);
    await Promise.all([client.close(), client.close()]);
    expect(await underWay).toMatchObject({ kind: 'accepted' });
    expect(await waiting).toEqual({ kind: 'not_sent', fault: 'closed' });
    expect(await client.updateTags(USER, TAGS, 'v')).toEqual({ kind: 'not_sent', fault: 'closed' });
  });

  test('cuts off a request that takes longer than the grace', async () => {
    const server = await serve(() => {});
    const client = connect(server.url);
    const underWay = client.updateTags(USER, TAGS, 'u');
    await server.arrived(1);
    await client.close(20);
    expect(await underWay).toEqual({ kind: 'lost', fault: 'closed' });
  });

  test('an idle client that was not closed does not keep the process alive', async () => {
    const server = await serve(json(202, {}));
    const module = pathToFileURL('relay/onesignal/onesignal-client.ts').href;
    const script = `
      const { createOneSignalClient } = await import(${JSON.stringify(module)});
      const client = createOneSignalClient({
        apiUrl: ${JSON.stringify(server.url)}, appId: 'a', apiKey: 'k', requestsPerSecond: 10,
      });
      const first = await client.updateTags({ label: 'l', id: 'i' }, {}, 'u');
      const second = await client.updateTags({ label: 'l', id: 'i' }, {}, 'u');
      console.log(first.kind, second.kind);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const [code] = await once(child, 'exit');
    expect([code, output.trim()]).toEqual([0, 'accepted accepted']);
  }, 15_000);
});

test.each(['api.onesignal.com', 'ftp://api.onesignal.com', ''])('the base URL %j is refused at once', (apiUrl) => {
  const build = () => createOneSignalClient({ apiUrl, appId: 'a', apiKey: 'k', requestsPerSecond: 1 });
  expect(build).toThrow('The OneSignal API URL must be an https or http address.');
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
