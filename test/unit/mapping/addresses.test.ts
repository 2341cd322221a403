import { addressFields } from '../../../relay/mapping/addresses.ts';
import { readMapping } from '../../../relay/mapping/mapping-rows.ts';
import { loadPhoneNumbers } from '../../../relay/mapping/phone-number.ts';
import { planUser } from '../../../relay/mapping/plan.ts';
import type { FieldValue, Snapshot } from '../../../relay/mapping/record.ts';
import { CONTACT_ID, contact, convertedLead, LEAD_ID, lead, mappingOf, member, settings } from './record-samples.ts';

beforeAll(loadPhoneNumbers);

const ON = settings({ Sync_Email__c: true, Sync_Phone__c: true });
const AGREES = { HasOptedOutOfEmail: false, DoNotCall: false };

function planned(records: readonly Snapshot[], mapping = mappingOf(), given = ON) {
  return planUser(
    'u-1',
    records.map((record) => member(record)),
    given,
    mapping,
  ).addresses;
}

function ofLead(fields: Record<string, FieldValue>) {
  return planned([lead({ fields: { ...AGREES, ...fields } })]);
}

test('without the settings no address is planned, and none is read', () => {
  const record = lead({ fields: { ...AGREES, Email: 'a@b.example', MobilePhone: '+49 172 3456789' } });
  expect(planned([record], mappingOf(), settings())).toEqual({ consents: {}, addresses: [], leftOut: [] });
  expect(addressFields('Lead', settings(), [])).toEqual({ needed: [], further: [] });
  expect(addressFields('Contact', ON, [{ object: 'Contact', field: 'May__c', type: 'SMS' }])).toEqual({
    needed: ['Email', 'HasOptedOutOfEmail', 'MobilePhone', 'DoNotCall', 'May__c'],
    further: ['Phone', 'MailingCountryCode', 'MailingCountry'],
  });
});

test('an email is planned in lower case', () => {
  const email = { type: 'Email', token: 'ada@b.example', recordId: LEAD_ID };
  expect(ofLead({ Email: ' Ada@B.example' }).addresses).toEqual([email]);
});

// National numbers are those of the library's own examples: https://gitlab.com/catamphetamine/libphonenumber-js
test.each([
  [{ MobilePhone: '0172 3456789', Country: 'Germany' }, '+491723456789'],
  [{ MobilePhone: '0172 3456789', Country: 'Deutschland' }, '+491723456789'],
  [{ MobilePhone: '0172 3456789', CountryCode: 'DE', Country: 'Austria' }, '+491723456789'],
  [{ MobilePhone: '(213) 373-4253', Country: 'USA' }, '+12133734253'],
  [{ MobilePhone: '+44 7400 123456' }, '+447400123456'],
  [{ MobilePhone: '07400 123456', Country: 'UK', Phone: '+491723456789' }, '+447400123456'],
  [{ Phone: '+49 172 3456789' }, '+491723456789'],
  [{ MobilePhone: 'see notes', Phone: '+49 172 3456789' }, '+491723456789'],
])('the phone fields %j give %s', (fields, token) => {
  expect(ofLead(fields).addresses).toEqual([{ type: 'SMS', token, recordId: LEAD_ID }]);
});

test.each([
  [{ MobilePhone: '0172 3456789' }, ['phone (MobilePhone does not fit)']],
  [{ MobilePhone: '0172 3456789', Country: 'Atlantis' }, ['phone (MobilePhone does not fit)']],
  [{ MobilePhone: '12', Country: 'Germany' }, ['phone (MobilePhone does not fit)']],
  // A landline takes no SMS, and is no fault of the record.
  [{ Phone: '+49 30 123456' }, []],
  [{ Email: 'nobody' }, ['email (Email does not fit)']],
  [{}, []],
])('%j give no address, and %j is named on the record', (fields, leftOut) => {
  const record = lead({ fields: { ...AGREES, ...fields } });
  const plan = planUser('u-1', [member(record)], ON, mappingOf());
  expect(plan.addresses).toMatchObject({ addresses: [], leftOut });
  expect(plan.outcomes[0]?.reason).toBe(leftOut.length > 0 ? 'TAGS_LEFT_OUT' : 'OK');
  for (const text of leftOut) expect(plan.outcomes[0]?.detail).toContain(text);
});

test('a contact has its own address fields for the country', () => {
  const fields = { ...AGREES, MobilePhone: '0172 3456789', MailingCountry: 'Germany', Country: 'France' };
  expect(planned([contact({ fields })]).addresses).toMatchObject([{ token: '+491723456789', recordId: CONTACT_ID }]);
});

describe('consent', () => {
  test.each([
    [
      { HasOptedOutOfEmail: false, DoNotCall: true },
      { Email: true, SMS: false },
    ],
    [
      { HasOptedOutOfEmail: true, DoNotCall: false },
      { Email: false, SMS: true },
    ],
    [{}, { Email: false, SMS: false }],
    [
      { HasOptedOutOfEmail: null, DoNotCall: null },
      { Email: false, SMS: false },
    ],
  ])('of %j is %j', (fields, consents) => {
    expect(planned([lead({ fields })]).consents).toEqual(consents);
  });

  test('needs every checkbox of the mapping, one that is gone too', () => {
    const rows = [
      { Object_Name__c: 'Lead', Field__c: 'Newsletter__c', Kind__c: 'EmailConsent' },
      { Object_Name__c: 'Lead', Field__c: 'Gone__c', Kind__c: 'EmailConsent' },
      { Object_Name__c: 'Contact', Field__c: 'Other__c', Kind__c: 'EmailConsent' },
    ].map((row, index) => ({ ...row, DeveloperName: `R${index}`, Is_Active__c: true }));
    const typeOf = (_: string, field: string) => (field === 'Gone__c' ? undefined : 'boolean');
    const consentTo = (tags: typeof rows, fields: Record<string, FieldValue>) => {
      const { mapping, warnings } = readMapping({ stages: [], tags }, ON, typeOf, 'UTC');
      expect(warnings).toEqual([]);
      return planned([lead({ fields: { ...AGREES, ...fields } })], mapping).consents.Email;
    };
    const [newsletter, gone, other] = rows;
    expect(
      consentTo(
        [newsletter, other].flatMap((row) => row ?? []),
        { Newsletter__c: true },
      ),
    ).toBe(true);
    expect(
      consentTo(
        [newsletter].flatMap((row) => row ?? []),
        { Newsletter__c: false },
      ),
    ).toBe(false);
    expect(
      consentTo(
        [newsletter, gone].flatMap((row) => row ?? []),
        { Newsletter__c: true },
      ),
    ).toBe(false);
  });

  test('is withdrawn by each record of the user, but not by a lead that was won: its contact speaks', () => {
    const out = { HasOptedOutOfEmail: true, DoNotCall: false, Email: 'old@b.example' };
    const twins = [contact({ fields: AGREES }), lead({ fields: out })];
    expect(planned(twins).consents).toEqual({ Email: false, SMS: true });
    const won = [
      contact({ stage: null, fields: { ...AGREES, Email: 'new@b.example' } }),
      convertedLead({ fields: out }),
    ];
    expect(planned(won)).toMatchObject({
      consents: { Email: true, SMS: true },
      addresses: [{ token: 'new@b.example', recordId: CONTACT_ID }],
    });
  });
});
