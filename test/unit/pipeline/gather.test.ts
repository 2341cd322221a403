import { gather } from '../../../relay/pipeline/gather.ts';
import type { RecordReader } from '../../../relay/salesforce/record-reader.ts';
import type { LinkedRecord, Store } from '../../../relay/store/store.ts';
import { CONTACT_ID, contact, convertedLead, LEAD_ID, settings } from '../mapping/record-samples.ts';
import { leased } from './unit-samples.ts';

test('a lead that only its contact brings along keeps the user that it stood for until now', async () => {
  const person = contact({ externalId: 'app-2' });
  const reader = {
    byId: (_object: string, ids: Iterable<string>) => Promise.resolve([...ids].includes(CONTACT_ID) ? [person] : []),
    leadsConvertedInto: () => Promise.resolve([convertedLead({ externalId: 'app-1' })]),
    byExternalId: () => Promise.resolve([]),
  } as unknown as RecordReader;
  const linked: LinkedRecord = {
    recordId: LEAD_ID,
    object: 'Lead',
    userKey: 'app-1',
    hint: undefined,
    hasDeletionEvidence: false,
  };
  const store = {
    linkedRecords: ({ userKeys, recordIds }) =>
      Promise.resolve(userKeys.includes('app-1') || recordIds.includes(LEAD_ID) ? [linked] : []),
    users: () => Promise.resolve(new Map()),
  } as Pick<Store, 'linkedRecords' | 'users'> as Store;
  const due = [leased({ recordId: CONTACT_ID, object: 'Contact' })];
  const { records, identities } = await gather(due, { store, reader, settings: settings(), tiedTo: () => [] });
  expect(identities.get(LEAD_ID)).toMatchObject({ externalId: 'app-2' });
  expect(records.get(LEAD_ID)).toMatchObject({ userKey: 'app-1' });
});
