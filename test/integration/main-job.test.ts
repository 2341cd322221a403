import { type RunningRelay, startRelay } from '../emulators/running-relay.ts';
import { startWorld, type World } from '../emulators/world.ts';

let world: World;
let running: RunningRelay;

beforeEach(async () => {
  world = await startWorld();
  running = await startRelay(world);
});

afterEach(async () => {
  await running.stop();
  expect(world.salesforce.stats.emulatorErrors).toEqual([]);
  expect(world.onesignal.violations).toMatchObject({ app: 0, user: 0, view: 0 });
  expect(world.salesforce.stats.writesWithoutAutoAssignFalse).toBe(0);
  expect(world.salesforce.stats.writesWithoutAllowSave).toBe(0);
  expect(world.org.counters.flowFaults).toBe(0);
  await world.close();
});

test('a lead that moves to another stage is known to OneSignal, and the record says so', async () => {
  const { id } = world.org.create('Lead', { LastName: 'Okafor', Company: 'Acme' }, world.seller);
  if (id === undefined) throw new Error('the lead was not saved');
  await running.settled();
  world.org.update('Lead', id, { Status: 'Working - Contacted' }, world.seller);
  await running.settled();
  const user = world.onesignal.users.byExternalId(id);
  expect(user?.tags.sf_stage).toBe('Working - Contacted');
  expect(user?.aliases.salesforce_id).toBe(id);
  const record = world.org.peek('Lead', id);
  expect(record).toMatchObject({
    OneSignal_Sync_Status__c: 'Synced',
    OneSignal_Sync_Reason__c: 'OK',
    OneSignal_Synced_Stage__c: 'Working - Contacted',
    OneSignal_Id__c: user?.onesignalId,
  });
  expect(record?.OneSignal_Sync_Answered_At__c).toBe(record?.OneSignal_Sync_Requested_At__c);
});
