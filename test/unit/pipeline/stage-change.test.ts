import fc from 'fast-check';
import { readStageChange } from '../../../relay/pipeline/stage-change.ts';
import { CONTACT_ID, LEAD_ID } from '../mapping/record-samples.ts';

const AT = '2026-11-24T10:00:00.000Z';
const EVENT = {
  Record_Id__c: LEAD_ID,
  Object_Name__c: 'Lead',
  Change_Type__c: 'StageChanged',
  Stage__c: 'MQL',
  Prior_Stage__c: 'New',
  Changed_At__c: AT,
};

test('a stage change asks to look at its record, and tells the time of its stage', () => {
  expect(readStageChange({ ...EVENT, CreatedDate: AT, CreatedById: '005' })).toEqual({
    changes: [
      {
        recordId: LEAD_ID,
        object: 'Lead',
        isDeletion: false,
        isForced: false,
        lane: 'live',
        cause: 'StageChanged',
        hint: { stage: 'MQL', changedAt: AT },
      },
    ],
    move: {
      recordId: LEAD_ID,
      object: 'Lead',
      stage: 'MQL',
      priorStage: 'New',
      at: Math.floor(Date.parse(AT) / 1000),
    },
    kind: '005 Lead StageChanged MQL',
    faults: [],
  });
});

test('an event that brings no new stage is no move', () => {
  for (const change of [{ Change_Type__c: 'DetailsChanged' }, { Prior_Stage__c: 'MQL' }, { Changed_At__c: null }])
    expect(readStageChange({ ...EVENT, ...change }).move).toBeUndefined();
});

test('a conversion asks for the contact too', () => {
  const { changes } = readStageChange({ ...EVENT, Change_Type__c: 'Converted', Contact_Id__c: CONTACT_ID });
  expect(changes.map(({ recordId, object }) => [recordId, object])).toEqual([
    [LEAD_ID, 'Lead'],
    [CONTACT_ID, 'Contact'],
  ]);
  expect(changes[1]?.hint).toBeUndefined();
});

test.each([
  ['Deleted', { isDeletion: true, isForced: false }],
  ['ResyncRequested', { isDeletion: false, isForced: true }],
  ['DetailsChanged', { isDeletion: false, isForced: false }],
])('%s says no time of a stage', (type, expected) => {
  expect(readStageChange({ ...EVENT, Change_Type__c: type }).changes).toEqual([
    expect.objectContaining({ ...expected, hint: undefined }),
  ]);
});

test('the deletion of a converted lead is no evidence against its contact', () => {
  const { changes } = readStageChange({ ...EVENT, Change_Type__c: 'Deleted', Contact_Id__c: CONTACT_ID });
  expect(changes.map(({ isDeletion }) => isDeletion)).toEqual([true, false]);
});

test.each([
  ['no_payload', null],
  ['no_payload', 'text'],
  ['unknown_object', {}],
  ['unknown_object', { ...EVENT, Object_Name__c: 'Account' }],
  ['no_record_id', { ...EVENT, Record_Id__c: null }],
  ['no_record_id', { ...EVENT, Record_Id__c: 42 }],
  ['no_record_id', { ...EVENT, Record_Id__c: CONTACT_ID }],
  ['no_record_id', { ...EVENT, Record_Id__c: "00Q' OR Id != '' --" }],
])('%s: an event that names no record is counted and passed', (fault, payload) => {
  expect(readStageChange(payload)).toEqual({ changes: [], faults: [fault] });
});

test.each([
  ['unknown_change_type', { Change_Type__c: 'Moved' }],
  ['unknown_change_type', { Change_Type__c: 7 }],
  ['unknown_fields', { Extra__c: 'x' }],
])('%s: the record is looked at all the same', (fault, change) => {
  const { changes, faults } = readStageChange({ ...EVENT, ...change });
  expect([changes.map(({ recordId }) => recordId), faults]).toEqual([[LEAD_ID], [fault]]);
});

test.each([
  ['a time as a number', { Changed_At__c: 1_795_514_400_000 }],
  ['a time that is none', { Changed_At__c: 'zzzz' }],
  ['a stage that is no text', { Stage__c: { a: 1 } }],
])('%s costs the time of the stage, not the event', (_, change) => {
  expect(readStageChange({ ...EVENT, ...change }).changes).toEqual([
    expect.objectContaining({ recordId: LEAD_ID, hint: undefined }),
  ]);
});

test('nothing that an event can hold makes the reader throw', () => {
  const keys = fc.constantFrom(...Object.keys(EVENT), 'Contact_Id__c', '__proto__');
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.dictionary(keys, fc.anything())), (payload) => {
      const { changes, faults } = readStageChange(payload);
      expect(changes.length + faults.length).toBeGreaterThan(0);
    }),
  );
});
