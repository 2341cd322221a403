import { identify } from '../../../relay/mapping/person.ts';
import { CONTACT_ID, contact, convertedLead, LEAD_ID, lead, settings } from './record-samples.ts';

const ALONE = { contact: undefined, leads: [] };
const SKIP = settings({ Missing_External_Id__c: 'Skip' });

test('a record is the user that its external id names', () => {
  expect(identify(lead({ externalId: 'acct-1' }), ALONE, settings())).toEqual({ externalId: 'acct-1' });
  expect(identify(contact({ externalId: 'acct-1' }), ALONE, SKIP)).toEqual({ externalId: 'acct-1' });
});

test('without one it is the user of its record id, or none, as the settings say', () => {
  expect(identify(lead(), ALONE, settings())).toEqual({ externalId: LEAD_ID });
  expect(identify(contact(), ALONE, settings())).toEqual({ externalId: CONTACT_ID });
  expect(identify(lead(), ALONE, SKIP)).toEqual({ refusal: 'NO_EXTERNAL_ID' });
});

test.each(['NA', 'a b', 'x/y'])('the external id %p is refused, never replaced by the record id', (externalId) => {
  expect(identify(lead({ externalId }), ALONE, settings())).toEqual({ refusal: 'BAD_EXTERNAL_ID' });
});

test.each([
  ['the contact’s own', 'of-contact', 'of-lead', 'of-contact'],
  ['else the lead’s', null, 'of-lead', 'of-lead'],
  ['else the lead’s record id', null, null, LEAD_ID],
])('contact and converted lead are one user: %s', (_, ofContact, ofLead, externalId) => {
  const [won, person] = [convertedLead({ externalId: ofLead }), contact({ externalId: ofContact })];
  expect(identify(person, { contact: undefined, leads: [won] }, settings())).toEqual({ externalId });
  expect(identify(won, { contact: person, leads: [] }, settings())).toEqual({ externalId });
  expect(identify(won, { contact: person, leads: [won] }, settings())).toEqual({ externalId });
});

test('of several leads of one contact the first conversion counts, in whatever order they were read', () => {
  const first = convertedLead({ id: '00Q000000000009EAA', convertedAt: '2026-01-01' });
  const second = convertedLead({ id: '00Q000000000001EAA', convertedAt: '2026-02-01' });
  const person = contact();
  for (const leads of [
    [first, second],
    [second, first],
  ]) {
    expect(identify(person, { contact: undefined, leads }, settings())).toEqual({ externalId: first.id });
  }
  expect(identify(second, { contact: person, leads: [first] }, settings())).toEqual({ externalId: first.id });
});

test('a converted lead whose contact can’t be seen stays a user of its own', () => {
  expect(identify(convertedLead(), ALONE, settings())).toEqual({ externalId: LEAD_ID });
});
