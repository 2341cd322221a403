/** OneSignal's own Node client works against the emulator: no test double of ours stands between. */
import OneSignal from '@onesignal/node-onesignal';
import { APP, KEY, type Subject, startSubject } from './emulator-under-test.ts';

let onesignal: Subject;

beforeEach(async () => {
  onesignal = await startSubject();
});

afterEach(() => onesignal.close());

const clientOf = (url: string) =>
  new OneSignal.DefaultApi(
    OneSignal.createConfiguration({
      restApiKey: KEY,
      baseServer: new OneSignal.ServerConfiguration(url, {}),
    }),
  );

test('the official client creates, updates and views a user', async () => {
  const client = clientOf(onesignal.url);
  const created = await client.createUser(APP, {
    identity: { external_id: 'a', salesforce_id: '00Q1' },
    properties: { tags: { sf_stage: 'mql' } },
    subscriptions: [{ type: 'Email', token: 'a@b.example' }],
  });
  expect(created.identity).toMatchObject({ external_id: 'a', salesforce_id: '00Q1' });
  onesignal.wait(1_000);
  const updated = await client.updateUser(APP, 'salesforce_id', '00Q1', {
    properties: { tags: { sf_stage: 'sql', sf_stage_at: '1764000000' } },
  });
  expect(updated.properties?.tags).toEqual({ sf_stage: 'sql', sf_stage_at: '1764000000' });
  const viewed = await client.getUser(APP, 'external_id', 'a');
  expect(viewed.properties?.tags).toEqual({ sf_stage: 'sql', sf_stage_at: '1764000000' });
  expect(viewed.subscriptions).toMatchObject([{ type: 'Email', token: 'a@b.example', enabled: true }]);
  expect(viewed.identity?.onesignal_id).toBe(created.identity?.onesignal_id);
  expect(onesignal.violations).toMatchObject({ app: 0, user: 0, view: 0 });
});

test('the official client reads the refusals', async () => {
  const client = clientOf(onesignal.url);
  onesignal.seedUser({ externalId: 'other', aliases: { salesforce_id: '00Q1' } });
  onesignal.seedUser({ externalId: 'a' });
  const create = client.createUser(APP, { identity: { external_id: 'b', salesforce_id: '00Q1' } });
  await expect(create).rejects.toMatchObject({ code: 409, errorMessages: [expect.stringContaining('Conflict')] });
  const alias = client.createAlias(APP, 'external_id', 'a', { identity: { salesforce_id: '00Q1' } });
  await expect(alias).rejects.toMatchObject({ code: 409 });
  await expect(client.createAlias(APP, 'external_id', 'a', { identity: { x: '1' } })).rejects.toMatchObject({
    code: 429,
  });
  const view = client.getUser(APP, 'external_id', 'nobody');
  await expect(view).rejects.toMatchObject({ code: 404 });
});
