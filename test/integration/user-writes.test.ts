import type { OrgUser } from '../emulators/salesforce/org-contract.ts';
import { endScenario, firstPassIsOver, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const FIRST_STAGE = 'Open - Not Contacted';
const WORKING = 'Working - Contacted';

/** The writes that one user got, as `POST create_user 200`. */
const writesOf = (s: Scenario, key: string) =>
  s.world.onesignal.history(key).map(({ method, call, status }) => `${method} ${call} ${status}`);

test('a new user is one POST, a known one is one PATCH', async () => {
  const s = await startScenario();
  await firstPassIsOver(s);
  const id = s.lead();
  await s.settled();
  expect(writesOf(s, id)).toEqual(['POST create_user 200']);
  s.update(id, { Status: WORKING });
  await s.settled();
  expect(writesOf(s, id)).toEqual(['POST create_user 200', 'PATCH update_user 202']);
});

test('a user that OneSignal has already is POST, PATCH tags, PATCH identity, at most one a second', async () => {
  const s = await startScenario();
  s.world.onesignal.seedUser({ externalId: 'acct-1', aliases: { shop_id: '7' } });
  const id = s.lead({ OneSignal_External_Id__c: 'acct-1' });
  await s.settled();
  expect(writesOf(s, 'acct-1')).toEqual(['POST create_user 202', 'PATCH update_user 202', 'PATCH update_identity 200']);
  expect(s.user('acct-1')).toMatchObject({
    tags: { sf_stage: FIRST_STAGE },
    aliases: { salesforce_id: id, shop_id: '7' },
  });
  expect(s.said(id)).toBe('Synced OK');
});

test('what OneSignal has already is not sent again, except on a resync', async () => {
  const s = await startScenario();
  const id = s.lead();
  await s.settled();
  await firstPassIsOver(s);
  await s.settled();
  s.update(id, { Phone: '+15555550123' });
  await s.settled();
  expect(s.said(id)).toBe('Synced OK');
  expect(writesOf(s, id)).toHaveLength(1);
  const { OneSignal_Sync_Requested_At__c: before } = s.record(id);
  s.update(id, { OneSignal_Sync_Requested_At__c: later(before) });
  await s.settled();
  expect(writesOf(s, id)).toEqual(['POST create_user 200', 'PATCH update_user 202', 'PATCH update_identity 200']);
  const { OneSignal_Sync_Requested_At__c: requested, OneSignal_Sync_Answered_At__c: answered } = s.record(id);
  expect(requested).not.toBe(before);
  expect(answered).toBe(requested);
});

function later(stamp: unknown): string {
  return new Date(Math.max(Date.now(), Date.parse(String(stamp)) + 1_000)).toISOString();
}

test('a user that somebody deleted in OneSignal is made anew by a Resync, though OneSignal takes a PATCH for nobody', async () => {
  const s = await startScenario({ world: { onesignal: { unknownUserPatch: 202 } } });
  const id = s.lead();
  await s.settled();
  await deleteByHand(s, id);
  s.update(id, { OneSignal_Sync_Requested_At__c: later(s.record(id).OneSignal_Sync_Requested_At__c) });
  await s.settled();
  expect(s.user(id)).toMatchObject({ tags: { sf_stage: FIRST_STAGE }, aliases: { salesforce_id: id } });
});

test('moves that come while OneSignal is busy with the user end in the last stage and few reads', async () => {
  const s = await startScenario({ world: { onesignal: { latencyMs: 1_500 } } });
  const id = s.lead();
  await s.until('the first write is under way', () => s.world.onesignal.stats.writes.length > 0);
  const reads = s.world.salesforce.stats.calls.query ?? 0;
  s.update(id, { Status: WORKING });
  s.update(id, { Status: 'Closed - Not Converted' });
  const other = s.lead({ OneSignal_External_Id__c: id });
  await s.settled();
  expect(s.user(id)?.tags.sf_stage).toBe('Closed - Not Converted');
  expect(s.said(other)).toBe('Skipped SHARED_EXTERNAL_ID');
  expect((s.world.salesforce.stats.calls.query ?? 0) - reads).toBeLessThan(12);
});

test('a tag that the mapping no longer yields is removed, other tags of the user stay', async () => {
  const s = await startScenario({
    world: { onesignal: { plan: 'growth' } },
    relay: { setupEveryMs: 50 },
    prepare({ org, relayUser }) {
      mayReadEverything(relayUser);
      org.setSettings({ Max_Tags__c: 5 });
      tagRow(org, 'City', { Field__c: 'City', Tag__c: 'city' });
    },
  });
  s.world.onesignal.seedUser({ externalId: 'acct-2', tags: { own: 'yes' } });
  const id = s.lead({ OneSignal_External_Id__c: 'acct-2', City: 'Lagos' });
  await s.settled();
  expect(s.user('acct-2')?.tags).toMatchObject({ own: 'yes', city: 'Lagos' });
  s.update(id, { City: null, Status: WORKING });
  await s.settled();
  expect(s.user('acct-2')?.tags).toEqual({ own: 'yes', sf_stage: WORKING, sf_stage_at: expect.any(String) });
});

/** Fields that mapping rows name are granted by the admin; here all of them. */
function mayReadEverything(relayUser: OrgUser): void {
  relayUser.isAdministrator = true;
}

function tagRow(org: Scenario['world']['org'], name: string, values: Record<string, string | number | boolean>): void {
  const row = { Object_Name__c: 'Lead', Kind__c: 'Tag', Transform__c: 'text', Order__c: 1, Is_Active__c: true };
  org.putMetadataRow('OneSignal_Tag_Mapping__mdt', name, { ...row, ...values });
}

function stageRow(org: Scenario['world']['org'], name: string, stage: string, lifecycleStage: string): void {
  org.putMetadataRow('OneSignal_Stage_Mapping__mdt', name, {
    Object_Name__c: 'Lead',
    Stage__c: stage,
    Lifecycle_Stage__c: lifecycleStage,
    Is_Active__c: true,
  });
}

test('a user over the tag cap of the plan is Failed TAG_LIMIT, and the others go on', async () => {
  const s = await startScenario();
  s.world.onesignal.seedUser({ externalId: 'full', tags: { a: '1', b: '2' } });
  const [full, fine] = [s.lead({ OneSignal_External_Id__c: 'full' }), s.lead()];
  await s.settled();
  expect([s.said(full), s.said(fine)]).toEqual(['Failed TAG_LIMIT', 'Synced OK']);
  expect(s.user('full')?.tags).toEqual({ a: '1', b: '2' });
  expect(await s.relay.store.counts()).toMatchObject({ deadLetters: 1 });
});

test('Max_Tags__c keeps the stage and leaves later tags out, which the record says', async () => {
  const s = await startScenario({
    prepare({ org, relayUser }) {
      mayReadEverything(relayUser);
      tagRow(org, 'City', { Field__c: 'City', Tag__c: 'city' });
    },
  });
  const id = s.lead({ City: 'Lagos' });
  await s.settled();
  expect(s.user(id)?.tags).toEqual({ sf_stage: FIRST_STAGE, sf_stage_at: expect.stringMatching(/^\d{10}$/) });
  expect(s.said(id)).toBe('Synced TAGS_LEFT_OUT');
  expect(s.record(id).OneSignal_Sync_Detail__c).toContain('city');
});

test('an alias that another user holds is Failed ALIAS_CLAIMED and stays with that user', async () => {
  const s = await startScenario();
  const id = s.lead();
  await s.settled();
  const other = s.lead({ OneSignal_External_Id__c: 'acct-3' });
  await s.settled();
  s.remove(other);
  await s.settled();
  s.world.onesignal.seedUser({ externalId: 'thief', aliases: { salesforce_lead_id: id } });
  const contact = s.convert(id);
  await s.settled();
  expect(s.said(contact)).toBe('Failed ALIAS_CLAIMED');
  expect(s.user('thief')?.aliases.salesforce_lead_id).toBe(id);
  expect(s.record(contact).OneSignal_Sync_Detail__c).toContain('salesforce_lead_id');
});

test('a tag key that OneSignal reserves is a verdict, and nothing is sent', async () => {
  const s = await startScenario({ prepare: ({ org }) => org.setSettings({ Stage_Tag__c: 'journey' }) });
  const id = s.lead();
  await s.settled();
  expect(s.said(id)).toBe('Failed RESERVED_TAG_KEY');
  expect(s.world.onesignal.stats.requests).toBe(0);
  expect(s.relay.relay.readiness().warnings.join()).toContain('journey');
});

test('stage mapping rows name the lifecycle stage; a stage without a row passes through', async () => {
  const s = await startScenario({ prepare: ({ org }) => stageRow(org, 'New', FIRST_STAGE, 'new') });
  const [mapped, unmapped] = [s.lead(), s.lead({ Status: WORKING })];
  await s.settled();
  expect(s.user(mapped)?.tags.sf_stage).toBe('new');
  expect(s.user(unmapped)?.tags.sf_stage).toBe(WORKING);
  expect(s.record(mapped).OneSignal_Synced_Stage__c).toBe(FIRST_STAGE);
});

test('with Unmapped_Stage__c = Skip a stage without a row is skipped, and the tag of the stage before goes', async () => {
  const s = await startScenario({
    prepare({ org }) {
      org.setSettings({ Unmapped_Stage__c: 'Skip' });
      stageRow(org, 'New', FIRST_STAGE, 'new');
    },
  });
  const id = s.lead();
  await s.settled();
  s.update(id, { Status: WORKING });
  await s.settled();
  expect(s.said(id)).toBe('Skipped UNMAPPED_STAGE');
  expect(s.record(id).OneSignal_Synced_Stage__c).toBe(WORKING);
  expect(s.user(id)?.tags).toEqual({});
});

test('a tag can come from the account of a contact', async () => {
  const s = await startScenario({
    world: { onesignal: { plan: 'growth' } },
    prepare({ org, relayUser }) {
      mayReadEverything(relayUser);
      org.setSettings({ Max_Tags__c: 5 });
      tagRow(org, 'Industry', { Object_Name__c: 'Contact', Field__c: 'Account.Industry', Tag__c: 'industry' });
    },
  });
  const AccountId = s.account({ Name: 'Acme', Industry: 'Energy' });
  const id = s.contact({ OneSignal_Lifecycle_Stage__c: 'Customer', AccountId });
  await s.settled();
  expect(s.user(id)?.tags.industry).toBe('Energy');
  expect(s.said(id)).toBe('Synced OK');
});

test('a row that names a field which the relay may not read is left out and named, the others work on', async () => {
  const s = await startScenario({
    prepare({ org }) {
      tagRow(org, 'Nope', { Field__c: 'No_Such_Field__c', Tag__c: 'nope' });
      stageRow(org, 'New', FIRST_STAGE, 'new');
    },
  });
  const id = s.lead();
  await s.settled();
  expect(s.user(id)?.tags.sf_stage).toBe('new');
  expect(s.relay.relay.readiness()).toMatchObject({ isReady: true });
  expect(s.relay.relay.readiness().warnings.join()).toContain('OneSignal_Tag_Mapping__mdt.Nope');
});

test('a mapping edit changes nothing by itself and counts from the next change of a record on', async () => {
  const s = await startScenario({ relay: { setupEveryMs: 50 } });
  const [moved, still] = [s.lead(), s.lead()];
  await s.settled();
  stageRow(s.world.org, 'Working', WORKING, 'working');
  stageRow(s.world.org, 'New', FIRST_STAGE, 'new');
  s.world.org.setSettings({ Stage_Changed_At_Tag__c: 'since' });
  const looks = s.world.salesforce.stats.calls.describe ?? 0;
  await s.until('the edit is read', () => (s.world.salesforce.stats.calls.describe ?? 0) >= looks + 4);
  s.update(moved, { Status: WORKING });
  await s.settled();
  expect(s.user(moved)?.tags).toEqual({ sf_stage: 'working', since: expect.any(String) });
  expect(s.user(still)?.tags).toEqual({ sf_stage: FIRST_STAGE, sf_stage_at: expect.any(String) });
  expect(writesOf(s, still)).toHaveLength(1);
});

test('a pause stops OneSignal and write-backs; after it, everything that changed meanwhile is synced', async () => {
  const s = await startScenario({ relay: { setupEveryMs: 50 } });
  const id = s.lead();
  await s.settled();
  s.world.org.setSettings({ Is_Paused__c: true });
  await s.until('the pause is noticed', () => s.reasons().includes('PAUSED'));
  const { requests } = s.world.onesignal.stats;
  const writes = s.world.salesforce.stats.calls.collections ?? 0;
  s.update(id, { Status: WORKING });
  const created = s.lead();
  expect(s.record(id).OneSignal_Sync_Due__c).toBe(true);
  s.world.org.setSettings({ Is_Paused__c: false });
  expect(s.world.onesignal.stats.requests).toBe(requests);
  expect(s.world.salesforce.stats.calls.collections ?? 0).toBe(writes);
  await s.until('both are synced', () => s.said(created) === 'Synced OK' && s.user(id)?.tags.sf_stage === WORKING);
  await s.settled();
  expect(s.record(id).OneSignal_Sync_State__c).toBe('Synced');
});

test('a relay that starts paused sends nothing until the pause ends', async () => {
  const s = await startScenario({
    relay: { setupEveryMs: 50 },
    prepare: ({ org }) => org.setSettings({ Is_Paused__c: true }),
  });
  const id = s.lead();
  const looks = s.world.salesforce.stats.calls.query ?? 0;
  await s.until('the settings are read again', () => (s.world.salesforce.stats.calls.query ?? 0) > looks + 6);
  expect(s.world.onesignal.stats.requests).toBe(0);
  s.world.org.setSettings(undefined);
  await s.until('the lead is synced', () => s.said(id) === 'Synced OK');
});

test('a user that somebody deleted in OneSignal is made again at the next change', async () => {
  const s = await startScenario();
  const id = s.lead();
  await s.settled();
  const first = s.user(id)?.onesignalId;
  await deleteByHand(s, id);
  s.update(id, { Status: WORKING });
  await s.settled();
  expect(s.user(id)).toMatchObject({ tags: { sf_stage: WORKING }, aliases: { salesforce_id: id } });
  expect(s.user(id)?.onesignalId).not.toBe(first);
  expect(s.record(id).OneSignal_Id__c).toBe(s.user(id)?.onesignalId);
});

/** Somebody deletes a user in OneSignal, long after we made it. */
async function deleteByHand(s: Scenario, externalId: string): Promise<void> {
  const { ONESIGNAL_API_URL: url, ONESIGNAL_APP_ID: app, ONESIGNAL_API_KEY: key } = s.world.environment;
  const pause = async () => {
    const from = Date.now();
    await s.until('a second has passed', () => Date.now() > from + 1_050);
  };
  await pause();
  const path = `${url}/apps/${app}/users/by/external_id/${externalId}`;
  const reply = await fetch(path, { method: 'DELETE', headers: { Authorization: `Key ${key}` } });
  expect(reply.ok).toBe(true);
  await pause();
  await forgetAge(s, externalId);
}

/** As if the user had been made long ago: right after a create a 404 would be taken for a replica that lags. */
async function forgetAge(s: Scenario, key: string): Promise<void> {
  const user = (await s.relay.store.users([key])).get(key);
  if (user === undefined) throw new Error(`no user ${key}`);
  const old = { ...user, createdAt: null };
  await s.relay.process.commitSync(
    [{ leases: [], verdicts: [], links: [], users: [old], forgottenUsers: [] }],
    Date.now(),
  );
}

test('a date becomes the second in which that day begins in the org', async () => {
  const s = await startScenario({
    world: { org: { timeZone: 'Asia/Kolkata' }, onesignal: { plan: 'growth' } },
    prepare({ org, relayUser }) {
      mayReadEverything(relayUser);
      org.setSettings({ Max_Tags__c: 10 });
      tagRow(org, 'Won', { Field__c: 'ConvertedDate', Tag__c: 'won_at', Transform__c: 'unix_seconds' });
    },
  });
  const id = s.lead();
  await s.settled();
  s.convert(id);
  await s.settled();
  const day = String(s.record(id).ConvertedDate);
  expect(s.user(id)?.tags.won_at).toBe(String(Date.parse(`${day}T00:00:00+05:30`) / 1000));
});
