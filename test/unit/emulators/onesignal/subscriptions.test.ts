// https://documentation.onesignal.com/reference/create-subscription unless a test says otherwise
import { type Subject, startSubject } from './emulator-under-test.ts';

let onesignal: Subject;

beforeEach(async () => {
  onesignal = await startSubject();
});

afterEach(() => onesignal.close());

const email = (token: string, more: object = {}) => ({ type: 'Email', token, ...more });
const tokensOf = (externalId: string) =>
  onesignal.users.byExternalId(externalId)?.subscriptions.map((one) => one.token);
const firstOf = (externalId: string) => onesignal.users.byExternalId(externalId)?.subscriptions[0];
const add = (externalId: string, subscription: object) =>
  onesignal.ask('POST', `users/by/external_id/${externalId}/subscriptions`, { subscription });

test('a new subscription answers 200 with {}, and is subscribed unless told otherwise', async () => {
  onesignal.seedUser({ externalId: 'a' });
  expect(await add('a', email('a@b.example'))).toMatchObject({ status: 200, body: {} });
  expect(firstOf('a')).toMatchObject({ enabled: true, notificationTypes: 1 });
});

test('an e-mail of another user is taken from it without a word: 202', async () => {
  onesignal.seedUser({ externalId: 'old', tags: { x: '1' }, subscriptions: [email('shared@b.example')] });
  onesignal.seedUser({ externalId: 'new' });
  expect(await add('new', email('Shared@b.example'))).toMatchObject({
    status: 202,
    body: { subscription: { type: 'Email', token: 'shared@b.example' } },
  });
  expect([tokensOf('old'), tokensOf('new')]).toEqual([[], ['shared@b.example']]);
  expect(onesignal.users.byExternalId('new')?.tags).toEqual({});
});

// https://documentation.onesignal.com/reference/create-user
test('Create user takes subscriptions over as well, and does not answer in the order of the request', async () => {
  onesignal.seedUser({ externalId: 'old', subscriptions: [email('shared@b.example')] });
  const subscriptions = [email('shared@b.example'), { type: 'SMS', token: '+15555550123', enabled: false }];
  const answer = await onesignal.ask('POST', 'users', { identity: { external_id: 'new' }, subscriptions });
  expect(answer.body).toMatchObject({ subscriptions: [{ type: 'SMS', notification_types: -31 }, { type: 'Email' }] });
  expect([tokensOf('old'), tokensOf('new')]).toEqual([[], ['shared@b.example', '+15555550123']]);
});

// https://documentation.onesignal.com/docs/en/subscriptions
test.each([{}, { enabled: true }])('posting an address again undoes an opt-out: with %j', async (said) => {
  const subscription = email('a@b.example');
  onesignal.seedUser({ externalId: 'a', subscriptions: [{ ...subscription, enabled: false, notificationTypes: -2 }] });
  await add('a', { ...subscription, ...said });
  expect(firstOf('a')).toMatchObject({ enabled: true, notificationTypes: 1 });
});

test.each([202, 400] as const)('an update by token that changes nothing may be answered with %d', async (status) => {
  await onesignal.close();
  onesignal = await startSubject({ emptyTokenPatch: status });
  onesignal.seedUser({ externalId: 'a', subscriptions: [{ ...email('a@b.example'), enabled: false }] });
  const answer = await onesignal.ask('PATCH', 'subscriptions_by_token/Email/a%40b.example', { subscription: {} });
  expect(answer.status).toBe(status);
  expect(firstOf('a')).toMatchObject({ enabled: false, notificationTypes: -2 });
});

test('giving a user an address that the app has, and moving one, count as writes to both', async () => {
  onesignal.seedUser({ externalId: 'a', subscriptions: [email('a@b.example')] });
  onesignal.seedUser({ externalId: 'b' });
  expect((await add('b', email('a@b.example'))).status).toBe(202);
  const path = `subscriptions/${firstOf('b')?.id}`;
  expect((await onesignal.ask('DELETE', path)).status).toBe(429);
  onesignal.wait(1_000);
  expect((await onesignal.ask('PATCH', `${path}/owner`, { identity: { external_id: 'a' } })).status).toBe(200);
  expect((await onesignal.ask('PATCH', 'users/by/external_id/a', { properties: { tags: { x: '1' } } })).status).toBe(
    429,
  );
});

test('a subscription is updated by id (200) or by token (202); an unknown one answers 404 subscription-0', async () => {
  onesignal.seedUser({ externalId: 'a', subscriptions: [email('a@b.example')] });
  const off = { subscription: { enabled: false, notification_types: -31 } };
  expect((await onesignal.ask('PATCH', `subscriptions/${firstOf('a')?.id}`, off)).status).toBe(200);
  expect(firstOf('a')).toMatchObject({ enabled: false, notificationTypes: -31 });
  onesignal.wait(1_000);
  const on = { subscription: { notification_types: 1 } };
  expect((await onesignal.ask('PATCH', 'subscriptions_by_token/Email/a%40b.example', on)).status).toBe(202);
  expect(firstOf('a')).toMatchObject({ enabled: true, notificationTypes: 1 });
  expect(await onesignal.ask('PATCH', 'subscriptions_by_token/Email/none%40b.example', on)).toMatchObject({
    status: 404,
    body: { errors: [{ code: 'subscription-0', title: 'Subscription not found' }] },
  });
});

test('a subscription has its own limit of one write a second', async () => {
  onesignal.seedUser({ externalId: 'a', subscriptions: [email('a@b.example')] });
  const path = `subscriptions/${firstOf('a')?.id}`;
  expect((await onesignal.ask('PATCH', path, { subscription: { enabled: false } })).status).toBe(200);
  expect((await onesignal.ask('DELETE', path)).status).toBe(429);
  onesignal.wait(1_000);
  expect((await onesignal.ask('DELETE', path)).status).toBe(202);
  expect(tokensOf('a')).toEqual([]);
});

// https://documentation.onesignal.com/reference/transfer-subscription
test('a transfer names exactly one alias, and tags stay behind', async () => {
  onesignal.seedUser({ externalId: 'a', tags: { x: '1' }, subscriptions: [email('a@b.example')] });
  onesignal.seedUser({ externalId: 'b', aliases: { salesforce_id: '0031' } });
  const path = `subscriptions/${firstOf('a')?.id}/owner`;
  const two = { identity: { external_id: 'b', salesforce_id: '0031' } };
  expect((await onesignal.ask('PATCH', path, two)).status).toBe(400);
  onesignal.wait(1_000);
  expect(await onesignal.ask('PATCH', path, { identity: { salesforce_id: '0031' } })).toMatchObject({
    status: 200,
    body: { identity: { external_id: 'b' } },
  });
  expect([tokensOf('a'), tokensOf('b')]).toEqual([[], ['a@b.example']]);
  expect(onesignal.users.byExternalId('b')?.tags).toEqual({});
});

test('the aliases of the user behind a subscription are read and written through it', async () => {
  onesignal.seedUser({ externalId: 'a', subscriptions: [email('a@b.example')] });
  onesignal.seedUser({ externalId: 'b', aliases: { salesforce_id: '0031' } });
  const path = `subscriptions/${firstOf('a')?.id}/user/identity`;
  expect((await onesignal.ask('GET', path)).body).toMatchObject({ identity: { external_id: 'a' } });
  expect((await onesignal.ask('PATCH', path, { identity: { salesforce_id: '0031' } })).status).toBe(409);
  onesignal.wait(1_000);
  expect((await onesignal.ask('PATCH', path, { identity: { salesforce_id: '0032' } })).status).toBe(200);
  expect(onesignal.users.byAlias('salesforce_id', '0032')?.externalId).toBe('a');
});

// https://documentation.onesignal.com/docs/en/subscriptions : at most 20, of which 3 Email and 3 SMS are kept.
test('the 21st subscription pushes the oldest out, but three e-mails stay', async () => {
  const pushes = Array.from({ length: 17 }, (_, i) => ({ type: 'AndroidPush', token: `push-${i}` }));
  const emails = [email('1@b.example'), email('2@b.example'), email('3@b.example')];
  onesignal.seedUser({ externalId: 'a', subscriptions: [...emails, ...pushes] });
  await add('a', email('4@b.example'));
  expect(tokensOf('a')).toHaveLength(20);
  expect(tokensOf('a')).not.toContain('1@b.example');
  onesignal.wait(1_000);
  await add('a', { type: 'SMS', token: '+15555550123' });
  expect(tokensOf('a')).toEqual(expect.arrayContaining(['2@b.example', '3@b.example', '4@b.example']));
  expect(tokensOf('a')).not.toContain('push-0');
  expect(onesignal.users.all()).toHaveLength(3);
});

test.each([
  ['an e-mail that is none', { type: 'Email', token: 'nobody' }],
  ['a phone number that is not E.164', { type: 'SMS', token: '555-0123' }],
  ['web push, which REST can not create', { type: 'ChromePush', token: 'x' }],
  ['a type in the wrong case', { type: 'email', token: 'a@b.example' }],
  ['an unknown field', { type: 'Email', token: 'a@b.example', consent: true }],
])('%s is refused with errors as texts', async (_what, subscription) => {
  onesignal.seedUser({ externalId: 'a' });
  const answer = await add('a', subscription);
  expect(answer).toMatchObject({ status: 400, body: { errors: [expect.any(String)] } });
  expect(tokensOf('a')).toEqual([]);
});
