import { describeOutcome } from '../../../relay/mapping/outcome.ts';
import type { Snapshot } from '../../../relay/mapping/record.ts';
import { hashRecordInputs } from '../../../relay/mapping/record-hash.ts';
import { dueReason, isPlainRequest } from '../../../relay/pipeline/due-reason.ts';
import type { KnownRecord, KnownVerdict } from '../../../relay/store/store.ts';
import { contact, convertedLead, lead } from '../mapping/record-samples.ts';

const MAPPING = 'mapping-1';
const STAMP = '2026-11-24T10:00:00.000+0000';
const OLD_STAMP = '2026-11-23T10:00:00.000+0000';
const SYNCED = {
  answeredAt: STAMP,
  status: 'Synced',
  reason: 'OK',
  detail: describeOutcome('OK'),
  syncedStage: 'Working',
};

function known(record: Snapshot, given: Partial<KnownVerdict> = {}, isDue = false): KnownRecord {
  const { stage, requestedAt: answers } = record;
  const inputHash = hashRecordInputs(record);
  const verdict = { status: 'Synced', stage, answers, inputHash, mappingVersion: MAPPING, isOnItsWay: false, ...given };
  return { recordId: record.id, isDue, isUnderWork: false, verdict };
}

test('a record without stamp and status that the store does not know is left to a backfill', () => {
  expect(dueReason(lead({ requestedAt: null }), undefined, MAPPING)).toBeUndefined();
});

test('a record that says what it should is not due', () => {
  const record = lead({ status: SYNCED });
  expect(dueReason(record, undefined, MAPPING)).toBeUndefined();
  expect(dueReason(record, known(record), MAPPING)).toBeUndefined();
});

test.each([
  ['nothing was answered', { answeredAt: null, status: null }],
  ['an older request was answered', { ...SYNCED, answeredAt: OLD_STAMP }],
])('a request is unanswered when %s', (_, status) => {
  expect(dueReason(lead({ status }), undefined, MAPPING)).toBe('unanswered');
});

test('a converted lead counts by its raw stamps', () => {
  expect(dueReason(convertedLead({ status: { ...SYNCED, answeredAt: OLD_STAMP } }), undefined, MAPPING)).toBe(
    'unanswered',
  );
});

test('a record that waits to be read is not due once more; one that is under work may have been read before it changed', () => {
  const record = lead({ status: { ...SYNCED, answeredAt: OLD_STAMP } });
  const waits = known(record, { answers: OLD_STAMP }, true);
  expect(dueReason(record, waits, MAPPING)).toBeUndefined();
  expect(dueReason(record, { ...waits, isUnderWork: true }, MAPPING)).toBe('unanswered');
});

test('a record without a stamp is not unanswered, whatever it was answered', () => {
  const record = lead({ requestedAt: null, status: { ...SYNCED, answeredAt: OLD_STAMP } });
  expect(dueReason(record, undefined, MAPPING)).toBeUndefined();
});

test('a request that a verdict on its way answers is not asked again', () => {
  const record = lead({ status: {} });
  expect(dueReason(record, known(record, { isOnItsWay: true }), MAPPING)).toBeUndefined();
});

test('a request whose answer was written and is gone from the record is unanswered', () => {
  const record = lead({ status: {} });
  expect(dueReason(record, known(record), MAPPING)).toBe('unanswered');
});

test('a converted lead that took no status is not due for it, until something else changes', () => {
  const record = convertedLead({ status: { ...SYNCED, answeredAt: OLD_STAMP } });
  expect(dueReason(record, known(record), MAPPING)).toBeUndefined();
  expect(dueReason({ ...record, requestedAt: '2026-11-24T11:00:00.000+0000' }, known(record), MAPPING)).toBe(
    'unanswered',
  );
  expect(dueReason({ ...record, externalId: 'x-1' }, known(record), MAPPING)).toBe('inputs');
});

test('a stage that is not the synced one is due, also if the store was emptied', () => {
  const record = lead({ stage: 'MQL', status: SYNCED });
  expect(dueReason(record, undefined, MAPPING)).toBe('stage');
  expect(dueReason(record, known(record, {}), MAPPING)).toBe('stage');
  expect(dueReason(record, known(record, { isOnItsWay: true }), MAPPING)).toBeUndefined();
});

test('a stage too long for the status field is compared as it stands there', () => {
  const stage = 'ü'.repeat(300);
  const record = lead({ stage, status: { ...SYNCED, syncedStage: `${'ü'.repeat(254)}…` } });
  expect(dueReason(record, undefined, MAPPING)).toBeUndefined();
});

test('a contact that was synced with the stage of its lead is not due for having none of its own', () => {
  const record = contact({ stage: null, status: { ...SYNCED, syncedStage: 'Closed - Converted' } });
  expect(dueReason(record, undefined, MAPPING)).toBeUndefined();
  expect(dueReason(record, known(record), MAPPING)).toBeUndefined();
});

test.each([
  ['a field that a mapping row names', { fields: { Industry: 'Energy' } }],
  ['the external id', { externalId: 'x-1' }],
  ['the conversion', { isConverted: true, convertedContactId: '003000000000001AAA' }],
  ['the contact it was converted into, by a merge', { convertedContactId: '003000000000002AAA' }],
])('%s changed without a stamp: due under the same mapping only', (_, change) => {
  const before = lead({ status: SYNCED });
  const after = lead({ status: SYNCED, ...change });
  expect(dueReason(after, known(before), MAPPING)).toBe('inputs');
  expect(dueReason(after, known(before), 'mapping-2')).toBeUndefined();
});

test('a record that could not be seen and can be now is due', () => {
  const record = lead({ status: SYNCED });
  expect(dueReason(record, known(record, { status: 'Failed', inputHash: null }), MAPPING)).toBe('inputs');
});

test('a record that is due already is not made due again', () => {
  const record = lead({ stage: 'MQL', status: {} });
  expect(dueReason(record, known(record, {}, true), MAPPING)).toBeUndefined();
});

describe('a record in the recycle bin', () => {
  const deleted = lead({ isDeleted: true, status: SYNCED });

  test('is due when the store knows it, with a verdict or without', () => {
    expect(dueReason(deleted, known(deleted), MAPPING)).toBe('deleted');
    const withoutVerdict = { recordId: deleted.id, isDue: false, isUnderWork: false, verdict: undefined };
    expect(dueReason(deleted, withoutVerdict, MAPPING)).toBe('deleted');
  });

  test('is due when all that was known is that it could not be seen', () => {
    const notVisible = known(deleted, { status: 'Failed', inputHash: null });
    expect(dueReason(deleted, notVisible, MAPPING)).toBe('deleted');
  });

  test('is not due when its deletion has its verdict, or when nobody knows it', () => {
    expect(dueReason(deleted, known(deleted, { status: 'Skipped', inputHash: null }), MAPPING)).toBeUndefined();
    expect(dueReason(deleted, undefined, MAPPING)).toBeUndefined();
  });
});

describe('a request is all that is new, so that everything is sent anew,', () => {
  const before = lead({ status: SYNCED });

  test('where the record is what its verdict was about', () => {
    expect(isPlainRequest({ ...before, requestedAt: '2026-11-24T11:00:00.000+0000' }, known(before))).toBe(true);
  });

  test('where the store knows no verdict', () => {
    expect(isPlainRequest(before, undefined)).toBe(true);
    expect(isPlainRequest(before, known(before, { inputHash: null }))).toBe(true);
  });

  test('but not where the stage has changed since: the plan differs by itself', () => {
    expect(isPlainRequest({ ...before, stage: 'MQL' }, known(before))).toBe(false);
  });
});
