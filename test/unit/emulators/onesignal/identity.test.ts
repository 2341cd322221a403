import { type Subject, startSubject } from './emulator-under-test.ts';

let onesignal: Subject;

beforeEach(async () => {
  onesignal = await startSubject();
});

afterEach(() => onesignal.close());

const identityOf = (externalId: string) => `users/by/external_id/${externalId}/identity`;
const aliasesOf = (externalId: string) => onesignal.users.byExternalId(externalId)?.aliases;

// https://documentation.onesignal.com/reference/create-alias
test('a label of the user is overwritten, another is added, and the old value is free again', async () => {
  onesignal.seedUser({ externalId: 'a', aliases: { salesforce_id: '00Q1' } });
  const body = { identity: { salesforce_id: '0031', salesforce_lead_id: '00Q1' } };
  expect(await onesignal.ask('PATCH', identityOf('a'), body)).toMatchObject({ status: 200, body });
  expect(aliasesOf('a')).toEqual({ external_id: 'a', ...body.identity });
  expect(onesignal.users.byAlias('salesforce_id', '00Q1')).toBeUndefined();
  expect((await onesignal.ask('GET', 'users/by/salesforce_id/0031/identity')).body).toMatchObject(body);
});

// https://github.com/OneSignal/OneSignal-Flutter-SDK/issues/714
test('an alias of another user does not move: 409 user-2 with a flat meta, and nothing is applied', async () => {
  onesignal.seedUser({ externalId: 'other', aliases: { salesforce_id: '00Q1' } });
  onesignal.seedUser({ externalId: 'a' });
  const body = { identity: { salesforce_id: '00Q1', salesforce_lead_id: '00Q2' } };
  const answer = await onesignal.ask('PATCH', identityOf('a'), body);
  expect(answer.status).toBe(409);
  expect(answer.body).toEqual({
    errors: [{ code: 'user-2', title: 'One or more Aliases claimed by another User', meta: { salesforce_id: '00Q1' } }],
  });
  expect(aliasesOf('a')).toEqual({ external_id: 'a' });
});

// https://github.com/OneSignal/OneSignal-Unity-SDK/issues/737
test('removing the alias from its owner lets another user take it', async () => {
  onesignal.seedUser({ externalId: 'other', aliases: { salesforce_id: '00Q1' } });
  onesignal.seedUser({ externalId: 'a' });
  expect((await onesignal.ask('DELETE', `${identityOf('other')}/salesforce_id`)).status).toBe(200);
  expect((await onesignal.ask('PATCH', identityOf('a'), { identity: { salesforce_id: '00Q1' } })).status).toBe(200);
  expect(onesignal.users.byAlias('salesforce_id', '00Q1')?.externalId).toBe('a');
});

// OneSignal's Android SDK takes 404 and 409 of a removal as done.
test('removing an alias that is not there answers 409, of an unknown user 404', async () => {
  onesignal.seedUser({ externalId: 'a' });
  expect((await onesignal.ask('DELETE', `${identityOf('a')}/salesforce_id`)).status).toBe(409);
  expect((await onesignal.ask('DELETE', `${identityOf('b')}/salesforce_id`)).status).toBe(404);
  onesignal.wait(1_000);
  expect((await onesignal.ask('PATCH', identityOf('b'), { identity: { salesforce_id: '1' } })).status).toBe(404);
});

// https://documentation.onesignal.com/docs/en/database-dmp-crm-integration : 10 aliases.
test('an eleventh alias is refused', async () => {
  const aliases = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`label_${i}`, 'x']));
  onesignal.seedUser({ externalId: 'a', aliases });
  expect((await onesignal.ask('PATCH', identityOf('a'), { identity: { one_more: 'x' } })).status).toBe(400);
  expect(aliasesOf('a')).not.toHaveProperty('one_more');
});

// https://documentation.onesignal.com/docs/en/aliases
test('a custom alias needs an external_id', async () => {
  onesignal.seedUser({ aliases: { salesforce_id: '00Q1' } });
  const path = 'users/by/salesforce_id/00Q1/identity';
  expect((await onesignal.ask('PATCH', path, { identity: { other: '1' } })).status).toBe(400);
  onesignal.wait(1_000);
  expect((await onesignal.ask('PATCH', path, { identity: { other: '1', external_id: 'a' } })).status).toBe(200);
});

test.each(['external id with blank', 'a/b', 'a?b', 'a#b', 'a&b', 'a=b', 'a..b', 'tab\there', 'x'.repeat(129)])(
  'OneSignal takes no alias value like %j, in a body or in a path',
  async (value) => {
    onesignal.seedUser({ externalId: 'a' });
    expect((await onesignal.ask('PATCH', identityOf('a'), { identity: { label: value } })).status).toBe(400);
    expect((await onesignal.ask('GET', `users/by/label/${encodeURIComponent(value)}`)).status).toBe(400);
  },
);

test('onesignal_id can not be set, and an empty identity is refused', async () => {
  onesignal.seedUser({ externalId: 'a' });
  expect((await onesignal.ask('PATCH', identityOf('a'), { identity: { onesignal_id: 'x' } })).status).toBe(400);
  onesignal.wait(1_000);
  expect((await onesignal.ask('PATCH', identityOf('a'), { identity: {} })).status).toBe(400);
});

test('percent-encoded parts of a path are decoded', async () => {
  onesignal.seedUser({ externalId: 'josé@example.com' });
  const path = `users/by/external_id/${encodeURIComponent('josé@example.com')}`;
  expect((await onesignal.ask('GET', path)).status).toBe(200);
  expect((await onesignal.ask('GET', 'users/by/external_id/%zz')).status).toBe(400);
});
