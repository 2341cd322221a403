import type { Store } from '../../relay/store/store.ts';
import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const FIRST_STAGE = 'Open - Not Contacted';
const WORKING = 'Working - Contacted';

test('a verdict fills every status field, and echoes the stamp that it is about', async () => {
  const s = await startScenario();
  const id = s.lead({ OneSignal_External_Id__c: 'acct-1' });
  await s.settled();
  const row = s.record(id);
  expect(row).toMatchObject({
    OneSignal_Sync_Status__c: 'Synced',
    OneSignal_Sync_Reason__c: 'OK',
    OneSignal_Sync_Detail__c: 'OneSignal holds this stage. Nothing to do.',
    OneSignal_Synced_Stage__c: FIRST_STAGE,
    OneSignal_Id__c: s.user('acct-1')?.onesignalId,
    OneSignal_Sync_Answered_At__c: row.OneSignal_Sync_Requested_At__c,
    OneSignal_Sync_Due__c: false,
    OneSignal_Sync_State__c: 'Synced',
    OneSignal_External_Id__c: 'acct-1',
  });
  expect(row.OneSignal_Sync_Requested_At__c).not.toBeNull();
  expect(Math.abs(Date.parse(String(row.OneSignal_Synced_At__c)) - Date.now())).toBeLessThan(10_000);
});

test('a blank stamp is echoed as blank', async () => {
  const s = await startScenario();
  const id = s.contact();
  await s.settled();
  expect(s.record(id).OneSignal_Sync_Requested_At__c).toBeNull();
  const loader = { username: 'loader@emulated.example', permissionSets: ['OneSignal_Relay'], isAdministrator: true };
  const stage = { OneSignal_Lifecycle_Stage__c: 'Customer' };
  expect(s.world.org.update('Contact', id, stage, s.world.org.addUser(loader)).success).toBe(true);
  const event = { Record_Id__c: id, Object_Name__c: 'Contact', Change_Type__c: 'StageChanged' };
  s.world.publish(event);
  await s.until('the record says so', () => s.said(id) === 'Synced OK');
  expect(s.record(id)).toMatchObject({ OneSignal_Sync_Answered_At__c: null, OneSignal_Sync_Due__c: false });
});

test('the id of the external id field is never written', async () => {
  const s = await startScenario();
  const id = s.lead();
  await s.settled();
  expect(s.record(id).OneSignal_External_Id__c).toBeNull();
});

test('a write-back causes no event, no further write and no reassignment', async () => {
  const s = await startScenario({ world: { org: { duplicateRule: true } } });
  const ids = [s.lead({ Email: 'a@example.com' }), s.lead()];
  await s.settled();
  const { published } = s.world.org.counters;
  expect(published).toBe(2);
  for (const id of ids) expect(s.world.salesforce.stats.recordWrites.get(id)).toBe(1);
  expect(s.record(ids[0] ?? '').OwnerId).toBe(s.world.seller.id);
});

test('a validation rule that refuses the status keeps nobody else from theirs, and the tags stand', async () => {
  const s = await startScenario();
  s.world.org.addValidationRule(
    'Lead',
    (row) => row.City === 'Nowhere' && row.OneSignal_Sync_Status__c !== null,
    'No.',
  );
  const [refused, fine] = [s.lead({ City: 'Nowhere' }), s.lead()];
  await s.until('one is written', () => s.said(fine) === 'Synced OK');
  await s.until('the other is counted', async () => (await s.relay.store.counts()).deadLetters === 1);
  expect(s.user(refused)?.tags.sf_stage).toBe(FIRST_STAGE);
  expect(s.record(refused).OneSignal_Sync_Status__c).toBeNull();
  s.world.org.removeValidationRules('Lead');
  s.update(refused, { Status: WORKING });
  await s.settled();
  expect(s.said(refused)).toBe('Synced OK');
  expect(await s.relay.store.counts()).toMatchObject({ deadLetters: 0 });
});

test('a row that is locked is written again a little later', async () => {
  const s = await startScenario();
  const id = s.lead();
  s.world.salesforce.faults.failRows(2, { statusCode: 'UNABLE_TO_LOCK_ROW' }, id);
  await s.settled();
  expect(s.said(id)).toBe('Synced OK');
  expect(s.world.salesforce.stats.recordWrites.get(id)).toBe(3);
});

test('a converted lead that can’t be written to is no failure', async () => {
  const s = await startScenario();
  const lead = s.lead();
  await s.settled();
  s.world.salesforce.faults.failRows(9, { statusCode: 'CANNOT_UPDATE_CONVERTED_LEAD' }, lead);
  const contact = s.convert(lead);
  await s.settled();
  expect(s.said(contact)).toBe('Synced OK');
  expect(await s.relay.store.counts()).toEqual({ due: 0, pendingWriteBacks: 0, deadLetters: 0 });
});

test('an answer to a write that got lost is written once more, to the same end', async () => {
  const s = await startScenario();
  const id = s.lead();
  await s.settled();
  s.update(id, { Status: WORKING });
  await s.until('the verdict waits', async () => (await s.relay.store.counts()).pendingWriteBacks === 1);
  s.world.salesforce.faults.loseReplies('rest', 1);
  await s.settled();
  expect(s.record(id)).toMatchObject({ OneSignal_Synced_Stage__c: WORKING, OneSignal_Sync_State__c: 'Synced' });
});

test('200 verdicts and more are written in few calls, leads and contacts together', async () => {
  // However long a busy machine takes for the verdicts, the first call finds all of them.
  let isComplete = false;
  const wrapStore = (store: Store): Store => ({
    ...store,
    async pendingWriteBacks(request) {
      isComplete ||= (await store.counts()).pendingWriteBacks === 300;
      return isComplete ? store.pendingWriteBacks(request) : [];
    },
  });
  const s = await startScenario({ relay: { wrapStore } });
  const leads = Array.from({ length: 150 }, () => s.lead());
  const contacts = Array.from({ length: 150 }, () => s.contact({ OneSignal_Lifecycle_Stage__c: 'Customer' }));
  await s.settled();
  expect(new Set([...leads, ...contacts].map(s.said))).toEqual(new Set(['Synced OK']));
  expect(s.world.salesforce.stats.calls.collections).toBeLessThan(8);
});

test('a verdict that the record says already is not written again', async () => {
  const s = await startScenario();
  const id = s.lead();
  await s.settled();
  const { collections } = s.world.salesforce.stats.calls;
  const event = { Record_Id__c: id, Object_Name__c: 'Lead', Change_Type__c: 'DetailsChanged' };
  s.world.publish(event);
  await s.until('it has its verdict again', async () => {
    const { values } = await s.relay.metrics.outcomes.get();
    return values.reduce((total, { value }) => total + value, 0) === 2;
  });
  await s.settled();
  expect(s.world.salesforce.stats.recordWrites.get(id)).toBe(1);
  expect(s.world.salesforce.stats.calls.collections).toBe(collections);
});

test('a backlog of statuses is written in few calls', async () => {
  const s = await startScenario();
  s.world.org.setSettings({ Is_Paused__c: true });
  await s.restart({ setupEveryMs: 50 });
  await s.until('the relay is paused', () => s.reasons().includes('PAUSED'));
  const leads = Array.from({ length: 900 }, () => s.lead());
  const account = s.account({ Name: 'One account' });
  const contacts = Array.from({ length: 300 }, () =>
    s.contact({ AccountId: account, OneSignal_Lifecycle_Stage__c: 'Customer' }),
  );
  await s.until('all are due', async () => (await s.relay.store.counts()).due === 1_200);
  s.world.org.setSettings({ Is_Paused__c: false });
  await s.settled();
  const { recordWrites, calls } = s.world.salesforce.stats;
  const all = [...leads, ...contacts];
  expect(new Set(all.map(s.said))).toEqual(new Set(['Synced OK']));
  // The pass of reconcile that follows a pause may meet a page of them before their verdict, and has those sent again.
  const again = all.filter((id) => recordWrites.get(id) !== 1);
  expect(again.filter((id) => recordWrites.get(id) !== 2)).toEqual([]);
  expect(again.length).toBeLessThanOrEqual(200);
  expect(all.length / (calls.collections ?? 0)).toBeGreaterThan(30);
});
