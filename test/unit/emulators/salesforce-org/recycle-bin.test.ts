import { newContact, newLead, newOrg, quiet } from './org-under-test.ts';

test('a deleted row publishes Deleted and shows in queryAll only', () => {
  const under = newOrg();
  const id = newLead(under);
  under.clock.now += 60_000;
  expect(under.org.delete('Lead', id, under.admin)).toEqual({ id, success: true, errors: [] });
  expect(under.events[1]?.payload).toMatchObject({
    Record_Id__c: id,
    Change_Type__c: 'Deleted',
    Stage__c: 'Open - Not Contacted',
  });
  const soql = 'SELECT Id, IsDeleted, SystemModstamp FROM Lead';
  expect(under.org.query(soql, under.relay)).toEqual([]);
  expect(under.org.query(soql, under.relay, { all: true })).toMatchObject([
    { Id: id, IsDeleted: true, SystemModstamp: '2026-11-24T10:01:00.000+0000' },
  ]);
  expect(under.org.rows('Lead')).toHaveLength(0);
});

test('a deleted row can be neither written nor deleted again', () => {
  const under = newOrg();
  const id = newLead(under);
  under.org.delete('Lead', id, under.admin);
  expect(under.org.update('Lead', id, {}, under.relay, quiet).errors[0]?.statusCode).toBe('ENTITY_IS_DELETED');
  expect(under.org.delete('Lead', id, under.admin).errors[0]?.statusCode).toBe('ENTITY_IS_DELETED');
});

// The FlowStart trigger types know no undelete: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_visual_workflow.htm
test('an undelete runs no flow', () => {
  const under = newOrg();
  const id = newLead(under);
  under.org.delete('Lead', id, under.admin);
  const stamp = under.org.peek('Lead', id)?.OneSignal_Sync_Requested_At__c;
  under.clock.now += 60_000;
  expect(under.org.undelete('Lead', id, under.admin).success).toBe(true);
  expect(under.events).toHaveLength(2);
  expect(under.org.peek('Lead', id)).toMatchObject({
    IsDeleted: false,
    OneSignal_Sync_Requested_At__c: stamp,
    SystemModstamp: '2026-11-24T10:01:00.000+0000',
  });
  expect(under.org.undelete('Lead', id, under.admin).success).toBe(false);
});

test('a purged row is in no query', () => {
  const under = newOrg();
  const id = newLead(under);
  under.org.delete('Lead', id, under.admin);
  under.org.purge('Lead', id);
  expect(under.org.query('SELECT Id FROM Lead', under.relay, { all: true })).toEqual([]);
  expect(under.org.peek('Lead', id)).toBeUndefined();
  expect(under.org.update('Lead', id, {}, under.relay).errors[0]?.statusCode).toBe('INVALID_CROSS_REFERENCE_KEY');
});

// https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_triggers_merge_statements.htm:
// a delete for each loser, an update of the winner, MasterRecordId set only after the delete.
test('a merge deletes the losers, whose events look like any delete, and updates the winner', () => {
  const under = newOrg();
  const stage = { OneSignal_Lifecycle_Stage__c: 'Lead' };
  const [winner, loser] = [newContact(under, stage), newContact(under, { ...stage, Email: 'l@example.com' })];
  expect(under.org.merge('Contact', winner, [loser], under.admin, { Email: 'l@example.com' }).success).toBe(true);
  expect(under.org.peek('Contact', loser)).toMatchObject({ IsDeleted: true, MasterRecordId: winner });
  expect(under.org.peek('Contact', winner)).toMatchObject({ Email: 'l@example.com', MasterRecordId: null });
  expect(under.events.slice(2).map((event) => [event.payload.Record_Id__c, event.payload.Change_Type__c])).toEqual([
    [loser, 'Deleted'],
    [winner, 'DetailsChanged'],
  ]);
});

test('a merge that fails on the winner leaves the losers as they were', () => {
  const under = newOrg();
  const [winner, loser] = [newContact(under), newContact(under)];
  under.org.addValidationRule('Contact', (record) => record.Id === winner, 'Hands off');
  expect(under.org.merge('Contact', winner, [loser], under.admin).success).toBe(false);
  expect(under.org.peek('Contact', loser)?.IsDeleted).toBe(false);
});

// Publishing after the commit emits only if the delete commits.
test('a delete without the right to it publishes nothing', () => {
  const under = newOrg();
  const id = newLead(under);
  const viewer = under.org.addUser({ username: 'viewer@example.com', permissionSets: ['OneSignal_Viewer'] });
  expect(under.org.delete('Lead', id, viewer).success).toBe(false);
  expect(under.events).toHaveLength(1);
  expect(under.org.delete('Lead', id, under.relay).success).toBe(true);
  expect(under.events).toHaveLength(1);
});
