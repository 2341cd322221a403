import type { World } from '../emulators/world.ts';
import { endScenario, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const [FIRST, WORKING, LOST] = ['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted'];
const PAID = { onesignal: { plan: 'growth' } } as const;

/** Two of the three stages tell OneSignal when a lead comes into them. */
function eventRows({ org }: World): void {
  const row = { Object_Name__c: 'Lead', Is_Active__c: true };
  const named = { ...row, Stage__c: WORKING, Lifecycle_Stage__c: 'sql', Custom_Event_Name__c: 'became_sql' };
  const lost = { ...row, Stage__c: LOST, Lifecycle_Stage__c: 'lost', Custom_Event_Name__c: 'was_lost' };
  org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Open', { ...row, Stage__c: FIRST, Lifecycle_Stage__c: 'mql' });
  org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Working', named);
  org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Lost', lost);
}

const told = (s: Scenario) => s.world.onesignal.customEvents.filter(({ isDuplicate }) => !isDuplicate);
const namesTold = (s: Scenario) => told(s).map(({ event }) => event.name);

async function toldOf(s: Scenario, count: number): Promise<void> {
  await s.until(`${count} events are told`, () => told(s).length >= count);
  await s.settled();
}

test('a stage that the mapping names an event for tells OneSignal from where and to where the lead went', async () => {
  const s = await startScenario({ world: PAID, prepare: eventRows });
  const id = s.lead({ OneSignal_External_Id__c: 'acct-1' });
  await s.settled();
  s.update(id, { Status: WORKING });
  await toldOf(s, 1);
  expect(told(s).map(({ event }) => event)).toEqual([
    {
      name: 'became_sql',
      external_id: 'acct-1',
      timestamp: expect.stringMatching(/Z$/),
      idempotency_key: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/),
      properties: { from: 'mql', to: 'sql', object: 'Lead', record_id: id },
    },
  ]);
});

test('transitions that one sync takes together are told one by one, in their order', async () => {
  const s = await startScenario({ world: PAID, prepare: eventRows });
  const id = s.lead();
  await s.settled();
  s.update(id, { Status: WORKING });
  s.update(id, { Status: LOST });
  await toldOf(s, 2);
  expect(namesTold(s)).toEqual(['became_sql', 'was_lost']);
});

test('a lead that is created in the stage is told once its user exists', async () => {
  const s = await startScenario({ world: PAID, prepare: eventRows });
  const id = s.lead({ Status: WORKING });
  await toldOf(s, 1);
  expect(told(s)[0]?.event).toMatchObject({ external_id: id, properties: { to: 'sql', record_id: id } });
  expect(told(s)[0]?.event).not.toHaveProperty('properties.from');
});

test('a transition whose event was lost is found on the record, and its late event tells nothing anew', async () => {
  const s = await startScenario({ world: PAID, prepare: eventRows, relay: { reconcileEveryMs: 500 } });
  const id = s.lead();
  await s.settled();
  s.world.org.losePublished(1);
  s.update(id, { Status: WORKING });
  s.world.org.losePublished(0);
  await toldOf(s, 1);
  s.update(id, { Phone: '+15550100' });
  await s.settled();
  expect(namesTold(s)).toEqual(['became_sql']);
});

test('a resync, a change of details and a stage without an event tell nothing', async () => {
  const s = await startScenario({ world: PAID, prepare: eventRows });
  const id = s.lead({ Status: WORKING });
  await toldOf(s, 1);
  s.update(id, { OneSignal_Sync_Requested_At__c: new Date(Date.now() + 5_000).toISOString() });
  await s.settled();
  s.update(id, { Status: FIRST });
  await s.settled();
  s.update(id, { Status: WORKING });
  await toldOf(s, 2);
  expect(namesTold(s)).toEqual(['became_sql', 'became_sql']);
});

test('a plan without custom events turns them off with one warning, and tags go on', async () => {
  const s = await startScenario({ prepare: eventRows });
  const id = s.lead({ Status: WORKING });
  await s.until('the plan is known', () => s.relay.relay.readiness().warnings.join().includes('custom events'));
  s.update(id, { Status: LOST });
  await s.settled();
  expect(s.user(id)?.tags.sf_stage).toBe('lost');
  expect(s.reasons()).toEqual([]);
  expect(s.world.onesignal.stats.count('custom_events')).toBe(1);
});

test('a batch whose answer was lost is told again under the same keys', async () => {
  const s = await startScenario({ world: PAID, prepare: eventRows });
  s.world.onesignal.faults.dropAnswerAfterApply(1, { call: 'custom_events' });
  s.lead({ Status: WORKING });
  await s.until('it is told again', () => s.world.onesignal.customEvents.length >= 2);
  expect(s.world.onesignal.customEvents.map(({ isDuplicate }) => isDuplicate)).toEqual([false, true]);
});

test('of several records of one user only the one that decides tells of its stage', async () => {
  const s = await startScenario({ world: PAID, prepare: eventRows });
  const decides = s.contact({ OneSignal_Lifecycle_Stage__c: 'Customer', OneSignal_External_Id__c: 'acct-2' });
  await s.settled();
  const other = s.lead({ Status: WORKING, OneSignal_External_Id__c: 'acct-2' });
  await s.settled();
  expect(s.said(other)).toBe('Skipped SHARED_EXTERNAL_ID');
  expect(s.said(decides)).toBe('Synced OK');
  expect(namesTold(s)).toEqual([]);
});

test('a user that OneSignal does not see everywhere yet is told of once it does', async () => {
  const s = await startScenario({
    world: { onesignal: { plan: 'growth', replicationDelayMs: 1_000 } },
    prepare: eventRows,
  });
  s.lead({ Status: WORKING });
  await toldOf(s, 1);
  expect(namesTold(s)).toEqual(['became_sql']);
  expect(s.world.onesignal.stats.count('custom_events')).toBeGreaterThan(1);
});
