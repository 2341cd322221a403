// https://documentation.onesignal.com/reference/create-message
import { APP, type Subject, startSubject } from './emulator-under-test.ts';

let onesignal: Subject;

beforeEach(async () => {
  onesignal = await startSubject();
  onesignal.seedUser({ externalId: 'a', subscriptions: [{ type: 'Email', token: 'a@b.example' }] });
  onesignal.seedUser({ externalId: 'off', subscriptions: [{ type: 'Email', token: 'o@b.example', enabled: false }] });
});

afterEach(() => onesignal.close());

const TEMPLATE = '1c0d0c6e-6c5e-4e0e-8f3a-0d1d5a0b7b11';
const send = (externalIds: string[], more: object = {}) =>
  onesignal.ask('POST', '/notifications?c=email', {
    app_id: APP,
    include_aliases: { external_id: externalIds },
    target_channel: 'email',
    template_id: TEMPLATE,
    ...more,
  });

test('a message to a subscribed user is sent', async () => {
  expect(await send(['a'])).toMatchObject({ status: 200, body: { id: expect.stringMatching(/-/), external_id: null } });
  expect(onesignal.messages).toHaveLength(1);
});

test('200 with an empty id was not sent', async () => {
  expect(await send(['off'])).toMatchObject({
    status: 200,
    body: { id: '', errors: ['All included players are not subscribed'] },
  });
  expect(onesignal.messages).toEqual([]);
});

test('200 with an id and invalid_aliases was sent in part', async () => {
  expect(await send(['a', 'nobody'])).toMatchObject({
    status: 200,
    body: { id: expect.stringMatching(/-/), errors: { invalid_aliases: { external_id: ['nobody'] } } },
  });
});

// https://documentation.onesignal.com/reference/idempotent-notification-requests
test('an idempotency key is answered from the first time, for 30 days', async () => {
  const first = await send(['a'], { idempotency_key: TEMPLATE });
  onesignal.wait(30 * 24 * 3_600_000 - 1);
  const second = await send(['a'], { idempotency_key: TEMPLATE });
  expect(second.body).toEqual(first.body);
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(onesignal.messages).toHaveLength(1);
});

test.each<[string, object]>([
  ['no content', { template_id: undefined }],
  ['another app', { app_id: TEMPLATE }],
  ['no channel', { target_channel: undefined }],
  ['a key that is no UUID', { idempotency_key: 'once' }],
  ['an unknown field', { include_player_ids: ['x'] }],
])('a message with %s is refused', async (_what, more) => {
  expect(await send(['a'], more)).toMatchObject({ status: 400, body: { errors: [expect.any(String)] } });
  expect(onesignal.messages).toEqual([]);
});
