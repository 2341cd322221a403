import type { UserView } from '../emulators/onesignal/emulator-types.ts';
import { endScenario, type Scenario, type ScenarioOptions, startScenario } from './scenario.ts';

afterEach(endScenario);

const EMAIL = 'ada@example.com';
const OTHER_EMAIL = 'ada.new@example.com';
const MOBILE = '+491723456789';

/** Addresses are off by default. */
function startWithAddresses({ prepare, ...options }: ScenarioOptions = {}): Promise<Scenario> {
  return startScenario({
    ...options,
    prepare(world) {
      world.org.setSettings({ Sync_Email__c: true, Sync_Phone__c: true });
      prepare?.(world);
    },
  });
}

const on = (token: string) => ({
  type: token.includes('@') ? 'Email' : 'SMS',
  token,
  enabled: true,
  notificationTypes: 1,
});
const off = (token: string, notificationTypes = -31) => ({ ...on(token), enabled: false, notificationTypes });
const addresses = (user: UserView | undefined) => user?.subscriptions.map(({ id: _, ...rest }) => rest);
const detail = (s: Scenario, id: string) => String(s.record(id).OneSignal_Sync_Detail__c);
const created = (s: Scenario) => s.world.onesignal.stats.count('create_subscription');

/** In OneSignal, past the relay: an unsubscribe link, say. */
function optOutInOneSignal(s: Scenario, token: string): Promise<unknown> {
  const { url } = s.world.onesignal;
  const { ONESIGNAL_APP_ID: appId, ONESIGNAL_API_KEY: apiKey } = s.world.environment;
  return fetch(`${url}/apps/${appId}/subscriptions_by_token/Email/${encodeURIComponent(token)}`, {
    method: 'PATCH',
    headers: { authorization: `Key ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ subscription: { enabled: false, notification_types: -2 } }),
  });
}

test('email and mobile phone are sent where the settings say so, once', async () => {
  const s = await startWithAddresses();
  const id = s.lead({ Email: 'Ada@Example.com', MobilePhone: '+49 172 3456789' });
  await s.settled();
  expect(s.said(id)).toBe('Synced OK');
  expect(addresses(s.user(id))).toEqual([on(EMAIL), on(MOBILE)]);
  s.update(id, { Status: 'Working - Contacted' });
  await s.settled();
  s.update(id, { OneSignal_Sync_Requested_At__c: new Date().toISOString() });
  await s.settled();
  expect(created(s)).toBe(2);
  expect(s.world.onesignal.stats.count('update_subscription')).toBe(2);
});

test('a national number is read as one of the record’s country, which the permission set lets the relay see', async () => {
  const s = await startWithAddresses();
  const lead = s.lead({ MobilePhone: '0172 3456789', Country: 'Germany' });
  const contact = s.contact({
    MobilePhone: '(213) 373-4253',
    MailingCountry: 'USA',
    OneSignal_Lifecycle_Stage__c: 'customer',
  });
  await s.settled();
  expect([s.said(lead), addresses(s.user(lead))]).toEqual(['Synced OK', [on(MOBILE)]]);
  expect([s.said(contact), addresses(s.user(contact))]).toEqual(['Synced OK', [on('+12133734253')]]);
  expect(s.relay.relay.readiness().warnings).toEqual([]);
});

test('without the settings no address is sent', async () => {
  const s = await startScenario();
  const id = s.lead({ Email: EMAIL, MobilePhone: MOBILE });
  await s.settled();
  expect(addresses(s.user(id))).toEqual([]);
});

test('of two records with one email the first keeps it, and the other says whose it is while its stage is sent', async () => {
  const s = await startWithAddresses();
  const first = s.lead({ Email: EMAIL });
  await s.settled();
  const second = s.contact({ Email: EMAIL, OneSignal_Lifecycle_Stage__c: 'customer' });
  await s.settled();
  expect(s.said(second)).toBe('Skipped SHARED_EMAIL');
  expect(detail(s, second)).toContain(`belongs to Lead ${first}`);
  expect(s.record(second)).toMatchObject({ OneSignal_Synced_Stage__c: 'customer' });
  expect(s.user(second)?.tags.sf_stage).toBe('customer');
  expect(addresses(s.user(second))).toEqual([]);
  s.update(first, { Status: 'Working - Contacted' });
  await s.settled();
  expect([s.said(first), addresses(s.user(first))]).toEqual(['Synced OK', [on(EMAIL)]]);
  // Free again, it goes to the one that waits for it.
  s.update(first, { Email: null });
  await s.settled();
  expect(addresses(s.user(first))).toEqual([]);
  expect([s.said(second), addresses(s.user(second))]).toEqual(['Synced OK', [on(EMAIL)]]);
});

test('two records with one email that come together: one has it, and the other names that one', async () => {
  const s = await startWithAddresses();
  const ids = [s.lead({ Email: EMAIL, MobilePhone: MOBILE }), s.lead({ Email: EMAIL, MobilePhone: MOBILE })];
  await s.settled();
  const [holder, other] = s.said(ids[0] ?? '') === 'Synced OK' ? ids : ids.toReversed();
  expect(s.said(holder ?? '')).toBe('Synced OK');
  expect(s.said(other ?? '')).toMatch(/^Skipped SHARED_/);
  expect(detail(s, other ?? '')).toContain(holder);
  expect(created(s)).toBe(2);
});

test("an address of the app's own on another user is not taken, and on its own user is left as it is", async () => {
  const s = await startWithAddresses({
    prepare({ onesignal }) {
      onesignal.seedUser({ externalId: 'stranger', subscriptions: [{ type: 'Email', token: EMAIL }] });
      onesignal.seedUser({
        externalId: 'acct-1',
        subscriptions: [{ type: 'Email', token: OTHER_EMAIL, enabled: false }],
      });
    },
  });
  const [stranger, own] = [
    s.lead({ Email: EMAIL }),
    s.lead({ Email: OTHER_EMAIL, OneSignal_External_Id__c: 'acct-1' }),
  ];
  await s.settled();
  expect(s.said(stranger)).toBe('Skipped SHARED_EMAIL');
  expect(detail(s, stranger)).toContain('a OneSignal user that no record stands for');
  expect(addresses(s.user('stranger'))).toEqual([on(EMAIL)]);
  expect(s.said(own)).toBe('Synced OK');
  expect(detail(s, own)).toContain('the email was switched off there and stays so');
  expect(addresses(s.user('acct-1'))).toEqual([off(OTHER_EMAIL, -2)]);
  s.update(own, { Email: null });
  await s.settled();
  expect(addresses(s.user('acct-1'))).toEqual([off(OTHER_EMAIL, -2)]);
  expect(created(s)).toBe(0);
});

test('an opt-out on the record switches the address off, and its end switches it on again', async () => {
  const s = await startWithAddresses();
  const id = s.lead({ Email: EMAIL, MobilePhone: MOBILE });
  await s.settled();
  s.update(id, { HasOptedOutOfEmail: true });
  await s.settled();
  expect(addresses(s.user(id))).toEqual([off(EMAIL), on(MOBILE)]);
  s.update(id, { DoNotCall: true, HasOptedOutOfEmail: false });
  await s.settled();
  expect(addresses(s.user(id))).toEqual([on(EMAIL), off(MOBILE)]);
  expect(s.said(id)).toBe('Synced OK');
});

test('an opt-out goes out although OneSignal refuses the tags', async () => {
  const s = await startWithAddresses();
  const id = s.lead({ Email: EMAIL });
  await s.settled();
  s.world.onesignal.faults.answer(1, { status: 400, body: { errors: ['no'] } }, { call: 'update_user' });
  s.update(id, { HasOptedOutOfEmail: true, Status: 'Working - Contacted' });
  await s.settled();
  expect(s.said(id)).toBe('Failed ONESIGNAL_REJECTED');
  expect(addresses(s.user(id))).toEqual([off(EMAIL)]);
});

test('who is opted out from the start is given no address', async () => {
  const s = await startWithAddresses();
  const id = s.lead({ Email: EMAIL, HasOptedOutOfEmail: true });
  await s.settled();
  expect([s.said(id), addresses(s.user(id))]).toEqual(['Synced OK', []]);
  s.update(id, { HasOptedOutOfEmail: false });
  await s.settled();
  expect(addresses(s.user(id))).toEqual([on(EMAIL)]);
});

test('an opt-out made in OneSignal is never undone: not by a move, a resync, nor by an opt-out that comes and goes', async () => {
  const s = await startWithAddresses();
  const id = s.lead({ Email: EMAIL });
  await s.settled();
  await optOutInOneSignal(s, EMAIL);
  s.update(id, { Status: 'Working - Contacted' });
  await s.settled();
  s.update(id, { OneSignal_Sync_Requested_At__c: new Date().toISOString() });
  await s.settled();
  s.update(id, { HasOptedOutOfEmail: true });
  await s.settled();
  s.update(id, { HasOptedOutOfEmail: false });
  await s.settled();
  expect(addresses(s.user(id))).toEqual([off(EMAIL, -2)]);
  expect([s.said(id), detail(s, id)]).toEqual(['Synced OK', expect.stringContaining('stays so')]);
});

test('an opt-out on a record that has the address only in common holds too', async () => {
  const s = await startWithAddresses();
  const first = s.lead({ Email: EMAIL });
  await s.settled();
  s.lead({ Email: EMAIL, HasOptedOutOfEmail: true });
  await s.settled();
  expect(addresses(s.user(first))).toEqual([off(EMAIL)]);
});

test('who opted out on a record that waits for an address gets no mails either when it is made for another', async () => {
  const s = await startWithAddresses();
  const first = s.lead({ Email: EMAIL, HasOptedOutOfEmail: true });
  await s.settled();
  const second = s.lead({ Email: EMAIL, HasOptedOutOfEmail: true });
  await s.settled();
  s.update(first, { HasOptedOutOfEmail: false });
  await s.settled();
  expect([addresses(s.user(first)), addresses(s.user(second))]).toEqual([[], []]);
  s.update(second, { HasOptedOutOfEmail: false });
  await s.settled();
  expect([addresses(s.user(first)), addresses(s.user(second))]).toEqual([[on(EMAIL)], []]);
});

test('a changed email takes the place of the old one that we made', async () => {
  const s = await startWithAddresses();
  const id = s.lead({ Email: EMAIL });
  await s.settled();
  s.update(id, { Email: OTHER_EMAIL });
  await s.settled();
  expect(addresses(s.user(id))).toEqual([on(OTHER_EMAIL)]);
});

test('somebody signs up: the address that we made comes along, switched off if it was, and the empty user goes', async () => {
  const s = await startWithAddresses({
    prepare: ({ onesignal }) =>
      onesignal.seedUser({ externalId: 'acct-1', subscriptions: [{ type: 'Email', token: OTHER_EMAIL }] }),
  });
  const id = s.lead({ Email: EMAIL });
  await s.settled();
  await optOutInOneSignal(s, EMAIL);
  s.update(id, { OneSignal_External_Id__c: 'acct-1' });
  await s.settled();
  expect(s.said(id)).toBe('Synced OK');
  expect(addresses(s.user('acct-1'))).toEqual([on(OTHER_EMAIL), off(EMAIL, -2)]);
  s.passTime(61_000);
  s.lead();
  await s.until('the empty user is gone', () => s.user(id) === undefined);
});

test('a merge brings the addresses that we made to the winner, and they stay', async () => {
  const s = await startWithAddresses();
  const [winner, loser] = [s.lead({ Email: OTHER_EMAIL }), s.lead({ Email: EMAIL, MobilePhone: MOBILE })];
  await s.settled();
  s.merge(winner, loser);
  await s.settled();
  expect(addresses(s.user(winner))).toEqual([on(OTHER_EMAIL), on(EMAIL), on(MOBILE)]);
  s.update(winner, { HasOptedOutOfEmail: true });
  await s.settled();
  expect(addresses(s.user(winner))).toEqual([off(OTHER_EMAIL), off(EMAIL), on(MOBILE)]);
});

test('a merge of two records with one email leaves it with the winner, whichever had it', async () => {
  const s = await startWithAddresses();
  const loser = s.lead({ Email: EMAIL });
  await s.settled();
  const winner = s.lead({ Email: EMAIL });
  await s.settled();
  s.merge(winner, loser);
  await s.settled();
  expect([s.said(winner), addresses(s.user(winner)), addresses(s.user(loser))]).toEqual(['Synced OK', [on(EMAIL)], []]);
});

test('a won lead keeps its address with its contact', async () => {
  const s = await startWithAddresses();
  const lead = s.lead({ Email: EMAIL });
  await s.settled();
  const contact = s.convert(lead);
  s.update(contact, { OneSignal_Lifecycle_Stage__c: 'customer' });
  await s.settled();
  s.update(contact, { HasOptedOutOfEmail: true });
  await s.settled();
  expect(addresses(s.user(lead))).toEqual([off(EMAIL)]);
  expect(created(s)).toBe(1);
});

test('the address of a deleted record goes to the next record that has it', async () => {
  const s = await startWithAddresses();
  const first = s.lead({ Email: EMAIL });
  await s.settled();
  const second = s.lead({ Email: EMAIL });
  await s.settled();
  expect(s.said(second)).toBe('Skipped SHARED_EMAIL');
  s.remove(first);
  await s.settled();
  expect([s.said(second), addresses(s.user(second))]).toEqual(['Synced OK', [on(EMAIL)]]);
});

test('where OneSignal does not take the question after an address, none is given and the record says so', async () => {
  const s = await startWithAddresses({ world: { onesignal: { emptyTokenPatch: 400 } } });
  const id = s.lead({ Email: EMAIL });
  await s.settled();
  expect(s.said(id)).toBe('Synced TAGS_LEFT_OUT');
  expect(detail(s, id)).toContain('email (OneSignal refused it: HTTP 400)');
  expect(addresses(s.user(id))).toEqual([]);
});
