import { BEARER, loggedIn, TOKEN, withConsole } from './served-console.ts';

const SEARCH = '/api/search?q=nobody';
const RETRY = { method: 'POST', body: {} } as const;
const relay = {
  store: {
    usersWithOneSignalId: async () => [],
    linkedRecords: async () => [],
    recordStates: async () => [],
  },
  retry: async () => 3,
};
const wrong = { method: 'POST', body: { token: 'another-token-of-some-length' } };

test('without RELAY_ADMIN_TOKEN neither the page nor the API is there', () =>
  withConsole({ token: undefined }, async ({ ask }) => {
    for (const path of ['/console', '/console/', '/api/overview', '/api/login'])
      expect(await ask(path)).toMatchObject({ status: 404, text: 'There is nothing here.\n' });
    expect((await ask('/api/login', { method: 'POST', body: { token: '' } })).status).toBe(404);
  }));

test('the API answers nobody who has neither the token nor a login', () =>
  withConsole({ relay }, async ({ ask }) => {
    for (const path of ['/api/overview', '/api/live', SEARCH, '/api/records/1', '/api/nothing']) {
      const answer = await ask(path);
      expect([path, answer.status, answer.json()]).toEqual([
        path,
        401,
        { code: 'CONSOLE_LOGIN_NEEDED', message: expect.any(String), next: expect.any(String) },
      ]);
    }
    expect((await ask('/api/failures/retry', RETRY)).status).toBe(401);
  }));

test('the token opens the API as a Bearer token, another one does not', () =>
  withConsole({ relay }, async ({ ask }) => {
    expect((await ask(SEARCH, { headers: BEARER })).json()).toEqual({ records: [] });
    const other = await ask(SEARCH, { headers: { authorization: 'Bearer another-token-of-some-length' } });
    expect([other.status, other.json()]).toMatchObject([401, { code: 'CONSOLE_LOGIN_REFUSED' }]);
  }));

test('a login gives a cookie that scripts and other sites can’t use, and it opens the API', () =>
  withConsole({ relay }, async (served) => {
    const login = await served.ask('/api/login', { method: 'POST', body: { token: TOKEN } });
    expect(login.status).toBe(204);
    const cookie = String(login.headers.get('set-cookie'));
    expect(cookie).toMatch(/^relay_console=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(TOKEN);
    expect((await served.ask(SEARCH, { headers: await loggedIn(served) })).status).toBe(200);
  }));

test('behind https the cookie never travels in the clear', () =>
  withConsole({}, async ({ ask }) => {
    const headers = { 'x-forwarded-proto': 'https' };
    const login = await ask('/api/login', { method: 'POST', body: { token: TOKEN }, headers });
    expect(login.headers.get('set-cookie')).toContain('; Secure');
  }));

test('a login ends after 12 hours', () =>
  withConsole({ relay }, async (served) => {
    const headers = await loggedIn(served);
    served.clocks.wall += 12 * 3_600_000 - 1;
    expect((await served.ask(SEARCH, { headers })).status).toBe(200);
    served.clocks.wall += 1;
    expect((await served.ask(SEARCH, { headers })).status).toBe(401);
  }));

test('a cookie that was changed is none', () =>
  withConsole({ relay }, async (served) => {
    const { cookie } = await loggedIn(served);
    const [expires = '', ...rest] = cookie.slice('relay_console='.length).split('.');
    const later = [String(Number(expires) + 1), ...rest].join('.');
    for (const value of [later, `${expires}.${rest[0]}`, `${expires}..`, '', '.', 'x']) {
      const answer = await served.ask(SEARCH, { headers: { cookie: `relay_console=${value}` } });
      expect([value, answer.status]).toEqual([value, 401]);
    }
  }));

test('a cookie of a relay with another token is none', async () => {
  let headers = { cookie: '' };
  await withConsole({ token: TOKEN }, async (served) => {
    headers = await loggedIn(served);
  });
  await withConsole({ relay, token: 'another-token-of-some-length' }, async ({ ask }) => {
    expect((await ask(SEARCH, { headers })).status).toBe(401);
  });
});

test('logged out, the cookie opens nothing even where somebody kept it', () =>
  withConsole({ relay }, async (served) => {
    const headers = { ...(await loggedIn(served)), 'sec-fetch-site': 'same-origin' };
    const other = await loggedIn(served);
    const out = await served.ask('/api/logout', { method: 'POST', headers });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('relay_console=;')]);
    expect((await served.ask(SEARCH, { headers })).status).toBe(401);
    expect((await served.ask(SEARCH, { headers: other })).status).toBe(200);
  }));

test.each([
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
  ['another origin', { origin: 'https://evil.example' }],
  ['a page without an origin', { origin: 'null' }],
  ['who does not say from where', {}],
])('with the cookie, %s can’t change anything', (_, from) =>
  withConsole({ relay }, async (served) => {
    const headers = { ...(await loggedIn(served)), ...from };
    const answer = await served.ask('/api/failures/retry', { ...RETRY, headers });
    expect([answer.status, answer.json()]).toMatchObject([403, { code: 'CONSOLE_OTHER_SITE' }]);
    expect((await served.ask('/api/logout', { method: 'POST', headers })).status).toBe(403);
    expect((await served.ask(SEARCH, { headers })).status).toBe(200);
  }),
);

test('the page itself can, and whoever sends the token', () =>
  withConsole({ relay }, async (served) => {
    const cookie = await loggedIn(served);
    const ways = [{ ...cookie, 'sec-fetch-site': 'same-origin' }, { ...cookie, origin: served.url }, BEARER];
    for (const headers of ways)
      expect((await served.ask('/api/failures/retry', { ...RETRY, headers })).json()).toEqual({ retried: 3 });
  }));

test('another site can’t log somebody in', () =>
  withConsole({}, async ({ ask }) => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await ask('/api/login', { method: 'POST', body: { token: TOKEN }, headers })).status).toBe(403);
  }));

test('after ten wrong tokens from an address none is looked at, not even the right one, for a quarter of an hour', () =>
  withConsole({ relay }, async (served) => {
    const { ask, clocks } = served;
    const session = await loggedIn(served);
    for (let n = 0; n < 5; n++) {
      expect((await ask('/api/login', wrong)).json()).toMatchObject({ code: 'CONSOLE_LOGIN_REFUSED' });
      expect((await ask(SEARCH, { headers: { authorization: 'Bearer guess' } })).status).toBe(401);
    }
    const right = { method: 'POST', body: { token: TOKEN } };
    const refused = await ask('/api/login', right);
    expect([refused.status, refused.json()]).toMatchObject([429, { code: 'CONSOLE_TOO_MANY_ATTEMPTS' }]);
    expect((await ask(SEARCH, { headers: BEARER })).status).toBe(429);
    // Who is logged in already goes on.
    expect((await ask(SEARCH, { headers: session })).status).toBe(200);
    clocks.elapsed += 15 * 60_000;
    expect((await ask('/api/login', right)).status).toBe(204);
  }));

test.each([
  ['no JSON', '{"token'],
  ['no object', '"x"'],
  ['no token', {}],
  ['a token that is no text', { token: 1 }],
  ['a body that is too long', { token: 'x'.repeat(70_000) }],
])('a login with %s is answered plainly', (_, body) =>
  withConsole({}, async ({ ask }) => {
    const answer = await ask('/api/login', { method: 'POST', body });
    expect([answer.status, answer.json()]).toMatchObject([400, { code: 'CONSOLE_REQUEST_INVALID' }]);
  }),
);

test('a defect is told, and answered with a code and no word of the code behind; an address that can’t be read is only answered', () => {
  const error = new TypeError('of the database');
  const broken = { store: { usersWithOneSignalId: () => Promise.reject(error) } };
  const told: unknown[] = [];
  return withConsole({ relay: broken, onDefect: (met) => told.push(met) }, async ({ ask }) => {
    const defect = await ask(SEARCH, { headers: BEARER });
    expect([defect.status, defect.json()]).toMatchObject([500, { code: 'CONSOLE_DEFECT' }]);
    expect(defect.text).not.toContain('database');
    const unread = await ask('/api/records/%ff', { headers: BEARER });
    expect([unread.status, unread.json()]).toMatchObject([400, { code: 'CONSOLE_REQUEST_INVALID' }]);
    expect(told).toEqual([error]);
  });
});
