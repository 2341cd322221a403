import { loadOrg } from '../../../emulators/salesforce/org/load-org.ts';
import { newContact, newLead, newOrg, quiet } from './org-under-test.ts';

const types = (test: ReturnType<typeof newOrg>) => test.events.map((event) => event.payload.Change_Type__c);

test('a created lead is stamped, blanked of what a clone copied, and published', () => {
  const under = newOrg();
  const id = newLead(under, { OneSignal_Sync_Status__c: 'Synced', OneSignal_Id__c: 'copied' });
  expect(under.org.peek('Lead', id)).toMatchObject({
    OneSignal_Stage_Changed_At__c: '2026-11-24T10:00:00.000+0000',
    OneSignal_Sync_Requested_At__c: '2026-11-24T10:00:00.000+0000',
    OneSignal_Sync_Status__c: null,
    OneSignal_Id__c: null,
    OneSignal_Sync_Due__c: true,
    OneSignal_Sync_State__c: 'Pending',
  });
  expect(under.events).toHaveLength(1);
  expect(under.events[0]?.payload).toEqual({
    CreatedDate: '2026-11-24T10:00:00.400Z',
    CreatedById: under.admin.id,
    Record_Id__c: id,
    Object_Name__c: 'Lead',
    Change_Type__c: 'Created',
    Stage__c: 'Open - Not Contacted',
    Prior_Stage__c: null,
    Contact_Id__c: null,
    Changed_At__c: '2026-11-24T10:00:00.000Z',
  });
});

test('a contact is heard of once it has a stage', () => {
  const under = newOrg();
  const id = newContact(under);
  expect(under.events).toHaveLength(0);
  under.org.update('Contact', id, { OneSignal_Lifecycle_Stage__c: 'Customer' }, under.admin);
  under.org.update('Contact', id, { Phone: '+1 555 0100' }, under.admin);
  under.org.update('Contact', id, { Department: 'Sales' }, under.admin);
  under.org.update('Contact', id, { OneSignal_Lifecycle_Stage__c: null }, under.admin);
  expect(types(under)).toEqual(['StageChanged', 'DetailsChanged', 'StageChanged']);
  expect(under.events[2]?.payload).toMatchObject({ Stage__c: null, Prior_Stage__c: 'Customer' });
});

test('the version stamp rises even within one second', () => {
  const under = newOrg();
  const id = newLead(under);
  const stamps = [1, 2, 3].map((count) => {
    under.org.update('Lead', id, { Phone: `+1 555 010${count}` }, under.admin, quiet);
    return String(under.org.peek('Lead', id)?.OneSignal_Sync_Requested_At__c);
  });
  expect(new Set(stamps).size).toBe(3);
  expect([...stamps].sort()).toEqual(stamps);
});

test('a write by the relay makes no stamp and no event, and ends the due state', () => {
  const under = newOrg();
  const id = newLead(under);
  const requested = under.org.peek('Lead', id)?.OneSignal_Sync_Requested_At__c ?? null;
  const verdict = { OneSignal_Sync_Answered_At__c: requested, OneSignal_Sync_Status__c: 'Synced' };
  expect(under.org.update('Lead', id, verdict, under.relay, quiet).success).toBe(true);
  expect(under.events).toHaveLength(1);
  expect(under.org.peek('Lead', id)).toMatchObject({
    OneSignal_Sync_Requested_At__c: requested,
    OneSignal_Sync_Due__c: false,
    OneSignal_Sync_State__c: 'Synced',
  });
});

test('while paused a save is stamped and not published', () => {
  const under = newOrg();
  under.org.setSettings({ Is_Paused__c: true });
  const id = newLead(under);
  expect(under.events).toHaveLength(0);
  expect(under.org.peek('Lead', id)?.OneSignal_Sync_Due__c).toBe(true);
  under.org.setSettings({ Is_Paused__c: false });
  under.org.update('Lead', id, { Status: 'Working - Contacted' }, under.admin);
  expect(types(under)).toEqual(['StageChanged']);
});

test('the Resync action publishes ResyncRequested', () => {
  const under = newOrg();
  const id = newLead(under);
  under.clock.now += 60_000;
  under.org.update('Lead', id, { OneSignal_Sync_Requested_At__c: '2026-11-24T10:01:00Z' }, under.admin);
  expect(types(under)).toEqual(['Created', 'ResyncRequested']);
});

test('a record is overdue after an hour without a verdict', () => {
  const under = newOrg();
  const id = newLead(under);
  under.clock.now += 3_500_000;
  expect(under.org.peek('Lead', id)?.OneSignal_Sync_Overdue__c).toBe(false);
  under.clock.now += 200_000;
  expect(under.org.peek('Lead', id)?.OneSignal_Sync_Overdue__c).toBe(true);
});

// https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/platform_event_limits.htm:
// over the publishing allocation a publish fails with LIMIT_EXCEEDED and is not queued.
test('a refused publish goes down the fault path and the save goes through', () => {
  const under = newOrg();
  under.org.refusePublishing(1);
  const id = newLead(under);
  expect(under.events).toHaveLength(0);
  expect(under.org.counters).toMatchObject({ flowFaults: 1, published: 0 });
  expect(under.org.peek('Lead', id)?.OneSignal_Sync_Due__c).toBe(true);
});

test('the event and the record name one second for a stage, also where the clock moves on between the flows', () => {
  let now = Date.parse('2026-11-24T10:00:00.900Z');
  const org = loadOrg({ clock: () => now, seed: 'edge' });
  const admin = org.addUser({ username: 'edge@example.com', isAdministrator: true });
  const published: unknown[] = [];
  org.onPublish(({ payload }) => published.push(payload.Changed_At__c));
  // A validation rule is asked after the stamp and before the event.
  const aSecondLater = () => {
    now += 1_000;
    return false;
  };
  org.addValidationRule('Lead', aSecondLater, 'never refused');
  const { id = '' } = org.create('Lead', { LastName: 'Edge', Company: 'Acme' }, admin);
  const stamp = String(org.peek('Lead', id)?.OneSignal_Stage_Changed_At__c);
  expect(published).toEqual([new Date(Date.parse(stamp)).toISOString()]);
});
