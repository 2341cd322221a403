import { APP, type Subject, startSubject } from './emulator-under-test.ts';

let onesignal: Subject;
const open = async (...options: Parameters<typeof startSubject>) => {
  onesignal = await startSubject(...options);
};

afterEach(() => onesignal.close());

const person = (externalId: string, more: object = {}) => ({ identity: { external_id: externalId, ...more } });
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);

// https://documentation.onesignal.com/reference/create-user : 200 in one of OneSignal's descriptions, 201 in the other.
test('a new user is answered with 200 or 201, and holds identity and tags', async () => {
  await open();
  const first = await onesignal.ask('POST', 'users', {
    ...person('a', { salesforce_id: '00Q1' }),
    properties: { tags: { sf_stage: 'mql' }, language: 'en' },
  });
  expect(first.status).toBe(200);
  expect(first.body).toMatchObject({ identity: { onesignal_id: uuid, external_id: 'a' } });
  expect((await onesignal.ask('POST', 'users', person('b'))).status).toBe(201);
  expect(onesignal.users.byAlias('salesforce_id', '00Q1')).toMatchObject({
    externalId: 'a',
    tags: { sf_stage: 'mql' },
    properties: { language: 'en' },
  });
  expect(onesignal.users.all()).toHaveLength(2);
});

// https://documentation.onesignal.com/reference/create-user says of an existing user that subscriptions are modified.
test('a POST for an existing user answers 202 and echoes tags and aliases that it does not apply', async () => {
  await open();
  onesignal.seedUser({ externalId: 'a', tags: { sf_stage: 'mql' } });
  const answer = await onesignal.ask('POST', 'users', {
    ...person('a', { salesforce_id: '00Q1' }),
    properties: { tags: { sf_stage: 'sql' } },
  });
  expect(answer).toMatchObject({ status: 202, body: { properties: { tags: { sf_stage: 'sql' } } } });
  expect(onesignal.users.byExternalId('a')).toMatchObject({
    aliases: { external_id: 'a' },
    tags: { sf_stage: 'mql' },
  });
});

test('the two open questions about a POST for an existing user can be answered the other way', async () => {
  await open({ tagsOnPostForExisting: true, aliasesOnPostForExisting: true });
  onesignal.seedUser({ externalId: 'a' });
  const body = { ...person('a', { salesforce_id: '00Q1' }), properties: { tags: { sf_stage: 'sql' } } };
  expect((await onesignal.ask('POST', 'users', body)).status).toBe(202);
  expect(onesignal.users.byAlias('salesforce_id', '00Q1')).toMatchObject({ tags: { sf_stage: 'sql' } });
});

// CreateUserConflictResponse in https://documentation.onesignal.com/openapi.json
test('a POST that claims an alias of another user answers 409 Conflict and changes nothing', async () => {
  await open();
  onesignal.seedUser({ externalId: 'other', aliases: { salesforce_id: '00Q1' } });
  const answer = await onesignal.ask('POST', 'users', person('a', { salesforce_id: '00Q1' }));
  expect(answer.status).toBe(409);
  expect(answer.body).toEqual({
    errors: [
      { code: 'Conflict', title: 'Conflicting aliases', meta: { conflicting_aliases: { salesforce_id: '00Q1' } } },
    ],
  });
  expect(onesignal.users.byExternalId('a')).toBeUndefined();
});

// https://documentation.onesignal.com/reference/view-user
test('a user is viewed with properties, identity and subscriptions', async () => {
  await open();
  onesignal.seedUser({ externalId: 'a', tags: { x: '1' }, subscriptions: [{ type: 'Email', token: 'a@b.example' }] });
  expect(await onesignal.ask('GET', 'users/by/external_id/a')).toMatchObject({
    status: 200,
    body: {
      properties: { tags: { x: '1' } },
      identity: { external_id: 'a', onesignal_id: uuid },
      subscriptions: [{ type: 'Email', token: 'a@b.example', enabled: true, notification_types: 1, app_id: APP }],
    },
  });
});

// https://github.com/OneSignal/onesignal-node-api/issues/68
test('viewing an unknown user answers 404 with an empty object', async () => {
  await open();
  expect(await onesignal.ask('GET', 'users/by/external_id/nobody')).toMatchObject({ status: 404, body: {} });
});

// https://documentation.onesignal.com/reference/update-user and https://documentation.onesignal.com/docs/en/hubspot
test('a PATCH answers 202, merges tags, and removes a tag with an empty string', async () => {
  await open();
  onesignal.seedUser({ externalId: 'a', tags: { keep: '1', gone: '2' } });
  const properties = { tags: { gone: '', never_there: '' }, country: 'US' };
  const answer = await onesignal.ask('PATCH', 'users/by/external_id/a', { properties });
  expect(answer).toMatchObject({ status: 202, body: { properties } });
  expect(onesignal.users.byExternalId('a')).toMatchObject({ tags: { keep: '1' }, properties: { country: 'US' } });
  expect(onesignal.users.byExternalId('a')?.tags).toEqual({ keep: '1' });
});

// OneSignal's Android SDK treats 404 of this call as a missing user; the description doesn't list it.
test('a PATCH of an unknown user answers 404 and creates nobody', async () => {
  await open();
  const body = { properties: { tags: { x: '1' } } };
  expect((await onesignal.ask('PATCH', 'users/by/external_id/nobody', body)).status).toBe(404);
  expect(onesignal.users.all()).toEqual([]);
});

// Comment in ConfigModel of OneSignal's Android SDK: a lookup right after a create can wrongly answer 404.
test('for a while after a create, GET and PATCH miss the user', async () => {
  await open({ replicationDelayMs: 5_000 });
  await onesignal.ask('POST', 'users', person('a'));
  onesignal.wait(4_999);
  expect((await onesignal.ask('GET', 'users/by/external_id/a')).status).toBe(404);
  const body = { properties: { tags: { x: '1' } } };
  expect((await onesignal.ask('PATCH', 'users/by/external_id/a', body)).status).toBe(404);
  onesignal.wait(1_000);
  expect((await onesignal.ask('PATCH', 'users/by/external_id/a', body)).status).toBe(202);
});

// https://documentation.onesignal.com/reference/delete-user
test('a delete answers 202, takes effect later, and takes aliases and subscriptions with it', async () => {
  await open({ deletionDelayMs: 2_000 });
  onesignal.seedUser({ externalId: 'a', subscriptions: [{ type: 'Email', token: 'a@b.example' }] });
  expect((await onesignal.ask('DELETE', 'users/by/external_id/a')).status).toBe(202);
  expect(onesignal.users.byExternalId('a')).toBeDefined();
  onesignal.wait(2_000);
  expect(onesignal.users.byExternalId('a')).toBeUndefined();
  const gone = await onesignal.ask('PATCH', 'subscriptions_by_token/Email/a%40b.example', { subscription: {} });
  expect(gone.status).toBe(404);
});

describe('the tag cap of the plan (https://onesignal.com/pricing)', () => {
  const patch = (tags: Record<string, string>) =>
    onesignal.ask('PATCH', 'users/by/external_id/a', { properties: { tags } });

  test('one tag too many rejects the whole update with entitlements-tag-limit', async () => {
    await open();
    onesignal.seedUser({ externalId: 'a', tags: { one: '1', two: '2' } });
    expect(await patch({ one: 'changed', three: '3' })).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'entitlements-tag-limit' }] },
    });
    expect(onesignal.users.byExternalId('a')?.tags).toEqual({ one: '1', two: '2' });
  });

  // https://documentation.onesignal.com/docs/en/add-user-data-tags
  test('at the cap a tag can be changed, or removed and then in another request replaced, but not in one', async () => {
    await open();
    onesignal.seedUser({ externalId: 'a', tags: { one: '1', two: '2' } });
    expect((await patch({ one: '', three: '3' })).status).toBe(409);
    onesignal.wait(1_000);
    expect((await patch({ two: 'changed' })).status).toBe(202);
    onesignal.wait(1_000);
    expect((await patch({ one: '' })).status).toBe(202);
    onesignal.wait(1_000);
    expect((await patch({ three: '3' })).status).toBe(202);
    expect(onesignal.users.byExternalId('a')?.tags).toEqual({ two: 'changed', three: '3' });
  });

  test('a create over the cap makes no user; each plan has its cap', async () => {
    await open({ plan: 'growth' });
    const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`t${i}`, 'x']));
    const create = (count: number) =>
      onesignal.ask('POST', 'users', { ...person(`user-${count}`), properties: { tags: tags(count) } });
    expect((await create(11)).status).toBe(409);
    expect(onesignal.users.all()).toEqual([]);
    expect((await create(10)).status).toBe(200);
  });
});

// No page names an answer: OneSignal's Android SDK takes 404 for "missing".
test.each([[404], [202]] as const)('a PATCH of nobody can be answered with %i, and makes nobody', async (status) => {
  await open({ unknownUserPatch: status });
  const answer = await onesignal.ask('PATCH', 'users/by/external_id/a', { properties: { tags: { sf_stage: 'mql' } } });
  expect(answer.status).toBe(status);
  expect(onesignal.users.all()).toEqual([]);
});

// No page says whether aliases have case.
test('aliases that differ only in case can be one', async () => {
  await open({ aliasesHaveCase: false });
  onesignal.seedUser({ externalId: 'Acct-1' });
  expect((await onesignal.ask('GET', 'users/by/external_id/ACCT-1')).status).toBe(200);
});
