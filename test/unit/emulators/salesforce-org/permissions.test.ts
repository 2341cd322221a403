import { newLead, newOrg, quiet } from './org-under-test.ts';

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { errorCode?: string }).errorCode ?? String(error);
  }
  return 'none';
};

test('the relay reads what its permission set grants, and required and system fields without a grant', () => {
  const under = newOrg();
  newLead(under);
  const soql = 'SELECT Id, Name, Status, IsConverted, SystemModstamp, Email, OneSignal_Sync_Due__c FROM Lead';
  expect(under.org.query(soql, under.relay)).toHaveLength(1);
});

test('a field without a grant does not exist for a query, in SELECT, WHERE and ORDER BY', () => {
  const under = newOrg();
  const ask = (soql: string) => refusal(() => under.org.query(soql, under.relay));
  expect(ask('SELECT LeadSource FROM Lead')).toBe('INVALID_FIELD');
  expect(ask("SELECT Id FROM Lead WHERE Industry = 'Retail'")).toBe('INVALID_FIELD');
  expect(ask('SELECT Id FROM Lead ORDER BY Rating')).toBe('INVALID_FIELD');
  expect(ask('SELECT Account.Industry FROM Contact')).toBe('INVALID_FIELD');
  expect(ask('SELECT Account.Name FROM Contact')).toBe('none');
  expect(() => under.org.query('SELECT LeadSource FROM Lead', under.relay)).toThrow("No such column 'LeadSource'");
});

test('a field that is readable only, or not at all, is not written', () => {
  const under = newOrg();
  const id = newLead(under);
  for (const field of ['OneSignal_External_Id__c', 'OneSignal_Sync_Requested_At__c', 'Email', 'LeadSource']) {
    expect(under.org.update('Lead', id, { [field]: null }, under.relay, quiet).errors).toMatchObject([
      { statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE', fields: [field] },
    ]);
  }
});

test('an object without any right does not exist; without Create nothing is created', () => {
  const under = newOrg();
  const nobody = under.org.addUser({ username: 'nobody@example.com' });
  expect(refusal(() => under.org.query('SELECT Id FROM Lead', nobody))).toBe('INVALID_TYPE');
  expect(refusal(() => under.org.query('SELECT Id FROM Opportunity', under.relay))).toBe('INVALID_TYPE');
  expect(under.org.update('Lead', newLead(under), {}, nobody).errors[0]?.statusCode).toBe('INVALID_TYPE');
  expect(under.org.create('Lead', { LastName: 'X', Company: 'Y' }, under.relay).errors[0]?.statusCode).toBe(
    'INSUFFICIENT_ACCESS_OR_READONLY',
  );
});

// https://trailhead.salesforce.com/content/learn/modules/custom_metadata_types_dec/cmt_manageability: reading custom
// metadata by SOQL needs a grant.
test('mapping rows and settings are read only with a grant for their type', () => {
  const under = newOrg();
  const nobody = under.org.addUser({ username: 'nobody@example.com' });
  under.org.setSettings({});
  for (const type of ['OneSignal_Stage_Mapping__mdt', 'OneSignal_Tag_Mapping__mdt', 'OneSignal_Settings__c']) {
    expect(refusal(() => under.org.query(`SELECT Id FROM ${type}`, under.relay))).toBe('none');
    expect(refusal(() => under.org.query(`SELECT Id FROM ${type}`, nobody))).toBe('INVALID_TYPE');
  }
});

test('a hidden row is there for View All, unless it is hidden from that too', () => {
  const under = newOrg();
  const id = newLead(under);
  const count = (user = under.relay) => under.org.query('SELECT Id FROM Lead', user).length;
  under.org.hide(id);
  expect(count()).toBe(1);
  under.org.hide(id, { evenViewAll: true });
  expect([count(), count(under.admin)]).toEqual([0, 1]);
  expect(under.org.update('Lead', id, {}, under.relay, quiet).errors[0]?.statusCode).toBe(
    'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
  );
  under.org.unhide(id);
  expect(count()).toBe(1);
});

test('describe shows a user only what they may see, and what they may write', () => {
  const under = newOrg();
  const fields = new Map(under.org.describe('Lead', under.relay).fields.map((field) => [field.name, field]));
  expect(fields.get('OneSignal_Sync_Status__c')).toMatchObject({ type: 'picklist', updateable: true, custom: true });
  expect(fields.get('OneSignal_External_Id__c')).toMatchObject({ length: 128, updateable: false });
  expect(fields.get('OneSignal_Sync_Due__c')).toMatchObject({ calculated: true, updateable: false });
  expect(fields.has('LeadSource')).toBe(false);
  expect(under.org.describe('Contact', under.admin).fields.find(({ name }) => name === 'AccountId')).toMatchObject({
    relationshipName: 'Account',
    referenceTo: ['Account'],
  });
  expect(refusal(() => under.org.describe('Opportunity', under.relay))).toBe('NOT_FOUND');
  expect(under.org.describeGlobal(under.relay).map(({ name }) => name)).not.toContain('Opportunity');
});

test('an event channel is open to those with Read on the event', () => {
  const under = newOrg();
  const nobody = under.org.addUser({ username: 'nobody@example.com' });
  expect(under.org.maySubscribe('/event/OneSignal_Stage_Change__e', under.relay)).toBe('allowed');
  expect(under.org.maySubscribe('/event/OneSignal_Stage_Change__e', nobody)).toBe('denied');
  expect(under.org.maySubscribe('/event/onesignal_stage_change__e', under.relay)).toBe('unknown');
});

test('a user with a permission set that does not exist is refused', () => {
  expect(() => newOrg().org.addUser({ username: 'x', permissionSets: ['Nothing'] })).toThrow(
    'no permission set Nothing',
  );
});
