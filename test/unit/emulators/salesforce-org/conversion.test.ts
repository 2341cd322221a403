import { newContact, newLead, newOrg, quiet, withPackage } from './org-under-test.ts';

test('a conversion makes account and contact, maps standard fields and leaves custom ones and the stage blank', () => {
  const under = newOrg();
  const id = newLead(under, {
    FirstName: 'Jo',
    Email: 'jo@example.com',
    Phone: '+1 555 0100',
    Industry: 'Retail',
    OneSignal_External_Id__c: 'user-1',
  });
  const { contactId, accountId } = under.org.convertLead(id, under.admin);
  expect(under.org.peek('Contact', contactId)).toMatchObject({
    Name: 'Jo Doe',
    Email: 'jo@example.com',
    Phone: '+1 555 0100',
    AccountId: accountId,
    OneSignal_External_Id__c: null,
    OneSignal_Lifecycle_Stage__c: null,
    OneSignal_Sync_Requested_At__c: null,
  });
  expect(under.org.peek('Account', accountId)).toMatchObject({ Name: 'Acme', Industry: 'Retail' });
  expect(under.org.peek('Lead', id)).toMatchObject({
    IsConverted: true,
    Status: 'Closed - Converted',
    ConvertedContactId: contactId,
    ConvertedAccountId: accountId,
    ConvertedDate: '2026-11-24',
    OneSignal_Sync_Due__c: false,
  });
  expect(under.events.map((event) => event.payload.Change_Type__c)).toEqual(['Created', 'Converted']);
  expect(under.events[1]?.payload.Contact_Id__c).toBe(contactId);
});

// https://salesforce.stackexchange.com/questions/3956: before-save automation and validation only with the setting.
test.each([
  [false, '2026-11-24T10:00:00.000+0000'],
  [true, '2026-11-24T10:05:00.000+0000'],
])('with Require Validation for Converted Leads %s the lead carries the stamp %s', (setting, stamp) => {
  const under = newOrg({ requireValidationForConvertedLeads: setting });
  const id = newLead(under);
  under.clock.now += 300_000;
  under.org.convertLead(id, under.admin);
  expect(under.org.peek('Lead', id)?.OneSignal_Stage_Changed_At__c).toBe(stamp);
});

test('a validation rule stops a conversion only with the setting, and then nothing of it remains', () => {
  for (const setting of [false, true]) {
    const under = newOrg({ requireValidationForConvertedLeads: setting });
    const id = newLead(under);
    under.org.addValidationRule('Lead', (record) => record.IsConverted === true, 'Not yet');
    if (!setting) {
      expect(under.org.convertLead(id, under.admin).leadId).toBe(id);
      continue;
    }
    expect(() => under.org.convertLead(id, under.admin)).toThrow('Not yet');
    expect(under.org.rows('Contact')).toHaveLength(0);
    expect(under.org.rows('Account')).toHaveLength(0);
    expect(under.events).toHaveLength(1);
  }
});

test('a conversion into an existing contact updates it only where it was blank', () => {
  const under = newOrg();
  const first = under.org.convertLead(newLead(under, { Email: 'a@example.com' }), under.admin);
  const stamp = under.org.peek('Contact', first.contactId)?.SystemModstamp;
  under.clock.now += 60_000;
  under.org.convertLead(newLead(under, { Email: 'b@example.com' }), under.admin, { contactId: first.contactId });
  expect(under.org.peek('Contact', first.contactId)).toMatchObject({ Email: 'a@example.com', SystemModstamp: stamp });
  under.org.convertLead(newLead(under, { Phone: '1' }), under.admin, { contactId: first.contactId });
  expect(under.org.peek('Contact', first.contactId)).toMatchObject({
    Phone: '1',
    SystemModstamp: '2026-11-24T10:01:00.000+0000',
  });
  expect(under.org.rows('Contact')).toHaveLength(1);
  expect(newContact(under)).not.toBe(first.contactId);
});

test('the org can have converted statuses of its own', () => {
  const under = newOrg({ leadStatuses: [{ value: 'Won', converted: true }, { value: 'MQL' }] });
  const id = newLead(under, { Status: 'MQL' });
  expect(() => under.org.convertLead(id, under.admin, { convertedStatus: 'MQL' })).toThrow(/convertedStatus/);
  under.org.convertLead(id, under.admin, { convertedStatus: 'Won' });
  expect(under.org.peek('Lead', id)?.Status).toBe('Won');
  expect(() => under.org.convertLead(id, under.admin)).toThrow(/converted lead/);
});

// https://help.salesforce.com/s/articleView?id=005185010
test('a converted lead is written only with View and Edit Converted Leads', () => {
  const under = newOrg();
  const id = newLead(under);
  under.org.convertLead(id, under.admin);
  const write = { OneSignal_Sync_Status__c: 'Synced' };
  expect(under.org.update('Lead', id, write, under.relay, quiet).success).toBe(true);
});

const editor = `<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata"><label>Editor</label>
  <objectPermissions><allowEdit>true</allowEdit><allowRead>true</allowRead><object>Lead</object></objectPermissions>
</PermissionSet>`;

test('without View and Edit Converted Leads the write is refused', () => {
  withPackage({ 'permissionsets/Editor.permissionset-meta.xml': editor }, (path) => {
    const under = newOrg({ packageDirs: ['sfdx/main/default', path] });
    const user = under.org.addUser({ username: 'editor@example.com', permissionSets: ['Editor'] });
    const id = newLead(under);
    expect(under.org.update('Lead', id, { Company: 'Other' }, user, quiet).success).toBe(true);
    under.org.convertLead(id, under.admin);
    expect(under.org.update('Lead', id, { Company: 'Third' }, user, quiet).errors).toMatchObject([
      { statusCode: 'CANNOT_UPDATE_CONVERTED_LEAD' },
    ]);
  });
});
