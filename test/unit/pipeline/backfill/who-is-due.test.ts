import { type FoundRecord, foundIn } from '../../../../relay/pipeline/backfill/backfill-query.ts';
import { isWaiting } from '../../../../relay/pipeline/backfill/who-is-due.ts';
import type { KnownRecord, KnownVerdict } from '../../../../relay/store/store.ts';

const ROW = {
  Id: '00Q000000000001AAA',
  Status: 'Closed - Converted',
  OneSignal_Sync_Requested_At__c: '2026-11-24T10:00:00.000Z',
  OneSignal_Sync_Answered_At__c: '',
  IsConverted: 'false',
};

const found = (row: Partial<typeof ROW> = {}): FoundRecord => foundIn('Lead', { ...ROW, ...row });

function known(given: Partial<KnownVerdict>, isDue = false): KnownRecord {
  const verdict = {
    status: 'Synced',
    stage: ROW.Status,
    answers: '2026-11-24T10:00:00.000+0000',
    inputHash: '',
    mappingVersion: '',
    isOnItsWay: false,
    ...given,
  };
  return { recordId: ROW.Id, isDue, isUnderWork: false, verdict };
}

test.each([
  { what: 'that nobody answered', record: found(), ofStore: undefined, waits: true },
  { what: 'that is due already', record: found(), ofStore: known({}, true), waits: false },
  { what: 'whose answer is on its way', record: found(), ofStore: known({ isOnItsWay: true }), waits: false },
  { what: 'whose answer was lost in Salesforce', record: found(), ofStore: known({}), waits: true },
  { what: 'whose answer is to an older request', record: found(), ofStore: known({ answers: null }), waits: true },
  {
    what: 'that was converted, and may take no answer',
    record: found({ IsConverted: 'true' }),
    ofStore: known({}),
    waits: false,
  },
  {
    what: 'that says that it was answered, in another way of writing the time',
    record: found({ OneSignal_Sync_Answered_At__c: '2026-11-24T10:00:00.000+0000' }),
    ofStore: undefined,
    waits: false,
  },
  {
    what: 'that asked for nothing',
    record: found({ OneSignal_Sync_Requested_At__c: '' }),
    ofStore: undefined,
    waits: false,
  },
])('a record $what waits for a sync: $waits', ({ record, ofStore, waits }) => {
  expect(isWaiting(record, ofStore)).toBe(waits);
});
