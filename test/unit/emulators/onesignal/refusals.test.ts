import { APP, KEY, type Subject, startSubject } from './emulator-under-test.ts';

let onesignal: Subject;

beforeEach(async () => {
  onesignal = await startSubject({ plan: 'enterprise' });
  onesignal.seedUser({ externalId: 'a' });
});

afterEach(() => onesignal.close());

const path = 'users/by/external_id/a';
const body = { properties: { tags: { sf_stage: 'mql' } } };
const tagsOf = () => onesignal.users.byExternalId('a')?.tags;

describe('the key (https://documentation.onesignal.com/docs/en/keys-and-ids)', () => {
  test.each(['', KEY, `Basic ${KEY}`, `Bearer ${KEY}`])('%j as Authorization answers 401 auth-1', async (header) => {
    expect(await onesignal.ask('PATCH', path, body, { authorization: header })).toMatchObject({
      status: 401,
      body: { errors: [{ code: 'auth-1', title: "This operation requires 'Authorization' in the HTTP header" }] },
    });
    expect(tagsOf()).toEqual({});
  });

  test('a wrong key and the app of another key answer 403, an app id that is no UUID 400', async () => {
    expect((await onesignal.ask('PATCH', path, body, { authorization: 'Key wrong' })).status).toBe(403);
    const otherApp = APP.replace('3f', '4f');
    expect((await onesignal.ask('PATCH', `/apps/${otherApp}/${path}`, body)).status).toBe(403);
    expect(await onesignal.ask('PATCH', `/apps/app/${path}`, body)).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'request-1', title: 'Invalid UUID' }] },
    });
    expect(onesignal.violations.user).toBe(0);
  });

  test('the scheme may be in lower case', async () => {
    expect((await onesignal.ask('PATCH', path, body, { authorization: `key ${KEY}` })).status).toBe(202);
  });

  // https://documentation.onesignal.com/reference/view-user
  test('viewing a user by onesignal_id needs no key', async () => {
    const id = onesignal.users.byExternalId('a')?.onesignalId;
    const none = { authorization: '' };
    expect((await onesignal.ask('GET', `users/by/onesignal_id/${id}`, undefined, none)).status).toBe(200);
    onesignal.wait(1_000);
    expect((await onesignal.ask('GET', path, undefined, none)).status).toBe(401);
  });
});

describe('the body', () => {
  test.each([
    ['text/plain', JSON.stringify(body)],
    ['application/x-www-form-urlencoded', 'a=b'],
    ['application/json', '{"properties":'],
    ['application/json', ''],
  ])('%s %j is refused', async (type, text) => {
    expect((await onesignal.ask('PATCH', path, text, { 'content-type': type })).status).toBe(400);
    expect(tagsOf()).toEqual({});
  });

  test('a charset beside application/json is fine', async () => {
    const type = { 'content-type': 'application/json; charset=utf-8' };
    expect((await onesignal.ask('PATCH', path, body, type)).status).toBe(202);
  });
});

const patchWith = (properties: object) => ({ properties });

// https://documentation.onesignal.com/docs/en/add-user-data-tags , /reference/update-user , /reference/rate-limits
test.each<[string, object]>([
  ['a number as tag value', patchWith({ tags: { score: 7 } })],
  ['a boolean as tag value', patchWith({ tags: { optIn: true } })],
  ['null as tag value', patchWith({ tags: { gone: null } })],
  ['a list as tag value', patchWith({ tags: { list: ['a'] } })],
  ['an empty tag key', patchWith({ tags: { '': 'x' } })],
  ...['message', 'user', 'app', 'org', 'journey', 'custom_data', 'data_feed', 'dynamic_content', 'template'].map(
    (key): [string, object] => [`the reserved tag key ${key}`, patchWith({ tags: { [key]: 'x' } })],
  ),
  ['an unknown property', patchWith({ email: 'a@b.example' })],
  ['ip, which OneSignal only answers', patchWith({ ip: '192.0.2.1' })],
  ['a language in upper case', patchWith({ language: 'EN' })],
  ['a country in lower case', patchWith({ country: 'us' })],
  ['a time in milliseconds', patchWith({ last_active: 1_764_000_000_000 })],
  ['identity, which has its own endpoint', { ...body, identity: { salesforce_id: '1' } }],
  ['subscriptions, which have their own endpoint', { ...body, subscriptions: [] }],
  ['tags beside properties', { tags: { a: 'b' } }],
  ['a list for a body', [body]],
  ['nothing to update', {}],
  [
    '101 property updates',
    patchWith({ tags: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`t${i}`, 'x'])) }),
  ],
])('an update with %s is refused as a whole', async (_what, refused) => {
  const answer = await onesignal.ask('PATCH', path, refused);
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: expect.any(String) }] } });
  expect(tagsOf()).toEqual({});
});

test('100 property updates are taken', async () => {
  const tags = Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`t${i}`, 'x']));
  expect((await onesignal.ask('PATCH', path, patchWith({ tags, country: 'US' }))).status).toBe(202);
});

// https://documentation.onesignal.com/docs/users and https://documentation.onesignal.com/reference/create-user
test.each<[string, object]>([
  ...['NA', 'na', 'NULL', 'null', 'undefined', '0', '1', '-1', 'all', '00000000-0000-0000-0000-000000000000'].map(
    (id): [string, object] => [`the placeholder ${id}`, { identity: { external_id: id } }],
  ),
  ['an empty external id', { identity: { external_id: '' } }],
  ['a number as external id', { identity: { external_id: 42 } }],
  ['a custom alias but no external id', { identity: { salesforce_id: '00Q1' } }],
  ['neither alias nor subscription', { properties: { tags: {} } }],
  ['an alias outside identity', { external_id: 'b', identity: { external_id: 'b' } }],
  ['onesignal_id as an alias', { identity: { external_id: 'b', onesignal_id: 'x' } }],
])('a create with %s is refused', async (_what, refused) => {
  expect((await onesignal.ask('POST', 'users', refused)).status).toBe(400);
  expect(onesignal.users.all()).toHaveLength(1);
});

// OneSignal's API description: request-1 "Invalid UUID".
test('a onesignal_id that is no UUID answers 400 request-1', async () => {
  expect(await onesignal.ask('PATCH', 'users/by/onesignal_id/123', body)).toMatchObject({
    status: 400,
    body: { errors: [{ code: 'request-1', title: 'Invalid UUID', meta: { onesignal_id: '123' } }] },
  });
});

test.each([
  ['GET', '/'],
  ['POST', `/apps/${APP}/integrations/custom_events`],
  ['PUT', `/apps/${APP}/users/by/external_id/a`],
  ['PATCH', `/v1/apps/${APP}/users/by/external_id/a`],
  ['PATCH', `/apps/${APP}/users/by/external_id/`],
])('%s %s is not an endpoint', async (method, unknown) => {
  expect((await onesignal.ask(method, unknown, method === 'GET' ? undefined : body)).status).toBe(404);
  expect(onesignal.stats.count('unknown', 404)).toBe(1);
});
