import { newContact, newOrg } from './org-under-test.ts';

const withSamples = () => newOrg({ packageDirs: ['sfdx/main/default', 'sfdx/examples'] });

test('the sample mapping rows load beside the package and are read by the relay', () => {
  const { org, relay } = withSamples();
  const stages = org.query('SELECT DeveloperName, Object_Name__c, Stage__c FROM OneSignal_Stage_Mapping__mdt', relay);
  expect(stages.length).toBeGreaterThan(3);
  const soql =
    "SELECT Field__c, Order__c, Is_Active__c, Label FROM OneSignal_Tag_Mapping__mdt WHERE Object_Name__c = 'Contact'";
  expect(org.query(soql, relay)).toMatchObject([{ Field__c: 'Account.Industry', Is_Active__c: true }]);
});

function opportunity(under: ReturnType<typeof newOrg>) {
  const contact = newContact(under);
  const values = { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2026-12-31' };
  const result = under.org.create('Opportunity', values, under.admin);
  const id = result.id ?? '';
  const role = { OpportunityId: id, ContactId: contact, IsPrimary: true };
  expect(under.org.create('OpportunityContactRole', role, under.admin).success).toBe(true);
  const moveTo = (StageName: string) => under.org.update('Opportunity', id, { StageName }, under.admin);
  const stage = () => under.org.peek('Contact', contact)?.OneSignal_Lifecycle_Stage__c;
  return { id, contact, moveTo, stage };
}

test('the sample flow moves the stage of the primary contact with its opportunity, and that is published', () => {
  const under = withSamples();
  const { moveTo, stage } = opportunity(under);
  expect(stage()).toBeNull();
  moveTo('Qualification');
  expect(stage()).toBe('Opportunity');
  moveTo('Closed Won');
  expect(stage()).toBe('Customer');
  expect(under.events.map((event) => event.payload.Stage__c)).toEqual(['Opportunity', 'Customer']);
});

test('a customer stays a customer when a later deal is lost', () => {
  const under = withSamples();
  const { moveTo, stage } = opportunity(under);
  moveTo('Closed Won');
  moveTo('Closed Lost');
  expect(stage()).toBe('Customer');
});

test('when the contact refuses the stage, the opportunity is saved all the same', () => {
  const under = withSamples();
  const { id, moveTo, stage } = opportunity(under);
  under.org.addValidationRule('Contact', () => true, 'No changes to contacts');
  expect(moveTo('Closed Won').success).toBe(true);
  expect(under.org.peek('Opportunity', id)).toMatchObject({ StageName: 'Closed Won', IsWon: true, IsClosed: true });
  expect(stage()).toBeNull();
  expect(under.org.counters.flowFaults).toBe(1);
  expect(under.events).toHaveLength(0);
});
