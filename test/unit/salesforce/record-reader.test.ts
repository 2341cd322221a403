import { createRecordReader } from '../../../relay/salesforce/record-reader.ts';
import type { SalesforceSession } from '../../../relay/salesforce/session.ts';

const LEAD_ID = '00Q000000000001EAA';

const read = (records: readonly unknown[]) => {
  const page = { totalSize: records.length, done: true, records };
  const session = { request: () => Promise.resolve(page) } as unknown as SalesforceSession;
  return createRecordReader(session, () => ({ Lead: [], Contact: [] })).byId('Lead', [LEAD_ID]);
};

test('a row without the id of a record is no record', async () => {
  const odd = [{}, { Id: null }, { Id: 7 }, { Id: '003000000000001AAA' }, { Id: "00Q' OR Id != '" }, { Id: { a: 1 } }];
  expect((await read([...odd, { Id: LEAD_ID, Status: 'New' }])).map(({ id }) => id)).toEqual([LEAD_ID]);
});

test('values of another type than a field has are blanks', async () => {
  const [record] = await read([{ Id: LEAD_ID, Status: { a: 1 }, OneSignal_External_Id__c: 7, IsConverted: 'true' }]);
  expect(record).toMatchObject({ stage: null, externalId: null, isConverted: false });
});
