import type { FieldValues } from '../../../emulators/salesforce/org-contract.ts';
import { channel, newContact, newLead, newOrg, quiet } from './org-under-test.ts';

const codes = (result: { errors: { statusCode: string }[] }) => result.errors.map((error) => error.statusCode);

test.each<[string, FieldValues, string]>([
  ['without a required field', { LastName: null }, 'REQUIRED_FIELD_MISSING'],
  ['without a status', { Status: null }, 'REQUIRED_FIELD_MISSING'],
  ['with a text that is too long', { OneSignal_External_Id__c: 'x'.repeat(129) }, 'STRING_TOO_LONG'],
  [
    'with a value a restricted picklist lacks',
    { OneSignal_Sync_Status__c: 'Done' },
    'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
  ],
  ['with an unknown field', { Nickname: 'x' }, 'INVALID_FIELD'],
  ['with a field of the system', { IsConverted: true }, 'INVALID_FIELD_FOR_INSERT_UPDATE'],
  ['with a formula field', { OneSignal_Sync_Due__c: true }, 'INVALID_FIELD_FOR_INSERT_UPDATE'],
  ['with a text for a checkbox', { DoNotCall: 'yes' }, 'INVALID_TYPE_ON_FIELD_IN_RECORD'],
  ['with no time for a DateTime', { OneSignal_Synced_At__c: 'yesterday' }, 'INVALID_TYPE_ON_FIELD_IN_RECORD'],
  ['with an email that is none', { Email: 'nobody' }, 'INVALID_EMAIL_ADDRESS'],
  ['with an owner that does not exist', { OwnerId: '005000000000001' }, 'INVALID_CROSS_REFERENCE_KEY'],
])('an update %s is refused as a whole', (_, values, code) => {
  const under = newOrg();
  const id = newLead(under);
  const before = under.org.peek('Lead', id);
  // A restricted picklist is checked on updates: on creation the flow blanks what the relay writes.
  const result = under.org.update('Lead', id, { Status: 'Working - Contacted', ...values }, under.admin);
  expect(codes(result)).toEqual([code]);
  expect(under.org.peek('Lead', id)).toEqual(before);
  expect(under.org.retained(channel)).toHaveLength(1);
});

test('a picklist that is not restricted takes any value', () => {
  const under = newOrg();
  expect(under.org.update('Lead', newLead(under), { Status: 'Sleeping' }, under.admin).success).toBe(true);
});

test('a DateTime is stored in UTC and cut to whole seconds; an empty text is blank', () => {
  const under = newOrg();
  const id = newLead(under, { Phone: '' });
  under.org.update('Lead', id, { OneSignal_Synced_At__c: '2026-11-24T12:00:00.999+02:00' }, under.admin);
  expect(under.org.peek('Lead', id)).toMatchObject({
    OneSignal_Synced_At__c: '2026-11-24T10:00:00.000+0000',
    Phone: null,
  });
});

test('every update bumps the stamps, also one that changes nothing', () => {
  const under = newOrg();
  const id = newLead(under);
  under.clock.now += 90_000;
  under.org.update('Lead', id, {}, under.relay, quiet);
  expect(under.org.peek('Lead', id)).toMatchObject({
    CreatedDate: '2026-11-24T10:00:00.000+0000',
    LastModifiedDate: '2026-11-24T10:01:30.000+0000',
    LastModifiedById: under.relay.id,
    SystemModstamp: '2026-11-24T10:01:30.000+0000',
  });
});

// A row can appear with a stamp already passed: https://developer.salesforce.com/docs/platform/api-rest/guide/dome_get_updated.html
// gives latestDateCovered for this reason.
test('a slow transaction shows its row only after its stamp has passed', () => {
  const under = newOrg();
  under.org.slowTransaction(30_000);
  expect(under.org.peek('Lead', newLead(under))?.SystemModstamp).toBe('2026-11-24T09:59:30.000+0000');
  expect(under.org.peek('Lead', newLead(under))?.SystemModstamp).toBe('2026-11-24T10:00:00.000+0000');
});

// https://developer.salesforce.com/docs/platform/api-rest/guide/headers-autoassign.md: TRUE is the default, on updates too.
test('a lead update without Sforce-Auto-Assign FALSE gives the lead another owner', () => {
  const under = newOrg();
  const id = newLead(under);
  under.org.update('Lead', id, { Phone: '1' }, under.admin, quiet);
  expect(under.org.peek('Lead', id)?.OwnerId).toBe(under.admin.id);
  under.org.update('Lead', id, { OneSignal_Sync_Reason__c: 'X' }, under.relay);
  expect(under.org.peek('Lead', id)?.OwnerId).not.toBe(under.admin.id);
  const contact = newContact(under);
  under.org.update('Contact', contact, { OneSignal_Sync_Reason__c: 'X' }, under.relay);
  expect(under.org.counters.reassignments).toBe(1);
});

// https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_duplicaterules.htm
test('with a duplicate rule a write is refused unless it says allowSave', () => {
  const under = newOrg({ duplicateRule: true });
  newContact(under, { Email: 'same@example.com' });
  const id = newLead(under, { Email: 'other@example.com' });
  under.org.update('Lead', id, { Email: 'SAME@example.com' }, under.admin, quiet);
  const write = { OneSignal_Sync_Reason__c: 'X' };
  expect(codes(under.org.update('Lead', id, write, under.relay, { autoAssign: false }))).toEqual([
    'DUPLICATES_DETECTED',
  ]);
  expect(under.org.update('Lead', id, write, under.relay, quiet).success).toBe(true);
  expect(under.org.counters.duplicateAlerts).toBe(1);
});

test('a validation rule fires on the writes of the relay too, and rolls the save back', () => {
  const under = newOrg();
  const id = newLead(under);
  under.org.addValidationRule('Lead', (record) => record.Email === null, 'An email is needed', 'Email');
  const result = under.org.update('Lead', id, { OneSignal_Sync_Reason__c: 'X' }, under.relay, quiet);
  expect(result).toEqual({
    success: false,
    errors: [{ statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'An email is needed', fields: ['Email'] }],
  });
  under.org.removeValidationRules('Lead');
  expect(under.org.update('Lead', id, { OneSignal_Sync_Reason__c: 'X' }, under.relay, quiet).success).toBe(true);
});

test('an unknown, a malformed and a foreign id get the errors of Salesforce', () => {
  const under = newOrg();
  const write = (id: string) => codes(under.org.update('Lead', id, {}, under.relay, quiet));
  expect(write('00Q000000000001EAA')).toEqual(['INVALID_CROSS_REFERENCE_KEY']);
  expect(write('nonsense')).toEqual(['MALFORMED_ID']);
  expect(write(newContact(under))).toEqual(['MALFORMED_ID']);
  expect(codes(under.org.update('Nothing__c', '00Q000000000001', {}, under.relay))).toEqual(['INVALID_TYPE']);
});

test('a locked row fails as often as it is told to', () => {
  const under = newOrg();
  const id = newLead(under);
  under.org.failNextUpdate(id, 'UNABLE_TO_LOCK_ROW', 2);
  const write = () => codes(under.org.update('Lead', id, { OneSignal_Sync_Reason__c: 'X' }, under.relay, quiet));
  expect([write(), write(), write()]).toEqual([['UNABLE_TO_LOCK_ROW'], ['UNABLE_TO_LOCK_ROW'], []]);
});
