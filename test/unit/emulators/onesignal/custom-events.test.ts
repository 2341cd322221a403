// https://documentation.onesignal.com/reference/create-custom-events
import { type Subject, startSubject } from './emulator-under-test.ts';

let onesignal: Subject;

const open = async (plan: 'free' | 'growth' = 'growth') => {
  onesignal = await startSubject({ plan });
  onesignal.seedUser({ externalId: 'a', aliases: { salesforce_id: '00Q1' } });
};

afterEach(() => onesignal.close());

const KEY_1 = '6f1d4c1e-0d7a-5c55-9f0a-2a1c2b7c9e11';
const send = (...events: object[]) => onesignal.ask('POST', 'custom_events', { events });
const moved = (more: object = {}) => ({ name: 'stage_changed', external_id: 'a', properties: { to: 'sql' }, ...more });

test('an event of a known user is taken', async () => {
  await open();
  expect(await send(moved({ timestamp: '2026-11-24T11:00:00.000Z' }))).toMatchObject({ status: 202, body: {} });
  expect(onesignal.customEvents).toMatchObject([{ event: { name: 'stage_changed' }, isDuplicate: false }]);
});

test('the answer is 202 even if an event fails, and the others are taken', async () => {
  await open();
  const answer = await send(moved({ external_id: 'nobody' }), moved(), moved({ name: 'os.sent' }));
  expect(answer).toMatchObject({
    status: 202,
    body: {
      errors: [
        {
          event_user_id: 'nobody',
          error: { code: 'not found', title: 'failed to find a onesignal_id for user_id nobody' },
        },
        { event_user_id: 'a' },
      ],
    },
  });
  expect(onesignal.customEvents).toHaveLength(1);
});

test('an idempotency key counts for four hours', async () => {
  await open();
  const event = moved({ idempotency_key: KEY_1 });
  await send(event);
  onesignal.wait(4 * 3_600_000 - 1);
  await send(event);
  onesignal.wait(1);
  await send(event);
  expect(onesignal.customEvents.map(({ isDuplicate }) => isDuplicate)).toEqual([false, true, false]);
});

test.each<[string, object]>([
  ['a custom alias for the user', { name: 'x', salesforce_id: '00Q1' }],
  ['no user', { name: 'x' }],
  ['both ids', moved({ onesignal_id: KEY_1 })],
  ['no name', { external_id: 'a' }],
  ['a name of 129 characters', moved({ name: 'n'.repeat(129) })],
  ['the field that only the SDK model has', moved({ payload: {} })],
  ['a key that is no UUID', moved({ idempotency_key: 'once' })],
  ['a timestamp that is not ISO 8601', moved({ timestamp: '1764000000' })],
  ['more than 2,024 bytes', moved({ properties: { text: 'x'.repeat(2_024) } })],
])('an event with %s is refused with 400 and {}', async (_what, event) => {
  await open();
  expect(await send(event)).toMatchObject({ status: 400, body: {} });
  expect(onesignal.customEvents).toEqual([]);
});

test('a request over 1 MB is refused', async () => {
  await open();
  const many = Array.from({ length: 600 }, () => moved({ properties: { text: 'x'.repeat(1_800) } }));
  expect(await send(...many)).toMatchObject({ status: 400, body: {} });
});

test('without a key the answer is 401 with an empty text', async () => {
  await open();
  const answer = await onesignal.ask('POST', 'custom_events', { events: [moved()] }, { authorization: '' });
  expect(answer).toMatchObject({ status: 401, body: '' });
  expect(answer.headers.get('content-type')).toBe('text/plain');
});

// Custom events are for paid plans; the status for the free plan is not published.
test('the free plan has no custom events', async () => {
  await open('free');
  expect((await send(moved())).status).toBe(403);
});
