import type { PlannedOutcome } from '../../../relay/mapping/plan.ts';
import { absenceVerdict, refusalOf, verdictOf } from '../../../relay/pipeline/verdicts.ts';
import { LEAD_ID, lead } from '../mapping/record-samples.ts';

const CONTEXT = { mappingVersion: 'm1', now: 1_795_514_400_000 };
const PLANNED: PlannedOutcome = {
  recordId: LEAD_ID,
  status: 'Synced',
  reason: 'OK',
  detail: 'Fine.',
  stage: 'Working',
  dependsOnOneSignal: true,
};
const DONE = { kind: 'done' } as const;
const SAID = {
  answeredAt: '2026-11-24T10:00:00.000+0000',
  status: 'Synced',
  reason: 'OK',
  detail: 'Fine.',
  syncedStage: 'Working',
  onesignalId: 'os-1',
};

test('a verdict echoes the stamp that the record had when it was read, and a blank one as blank', () => {
  expect(verdictOf(PLANNED, lead(), DONE, 'os-1', CONTEXT)).toMatchObject({
    answers: '2026-11-24T10:00:00.000+0000',
    stage: 'Working',
    onesignalId: 'os-1',
    needsWriteBack: true,
  });
  expect(verdictOf(PLANNED, lead({ requestedAt: null }), DONE, null, CONTEXT).answers).toBeNull();
});

test('what OneSignal refused is a failure, except for a record that does not depend on it', () => {
  const end = { kind: 'failed', reason: 'TAG_LIMIT', what: undefined } as const;
  expect(verdictOf(PLANNED, lead(), end, null, CONTEXT)).toMatchObject({ status: 'Failed', reason: 'TAG_LIMIT' });
  const shared = { ...PLANNED, status: 'Skipped', reason: 'SHARED_EXTERNAL_ID', dependsOnOneSignal: false } as const;
  expect(verdictOf(shared, lead(), end, null, CONTEXT)).toMatchObject({
    status: 'Skipped',
    reason: 'SHARED_EXTERNAL_ID',
  });
});

test('a record that says it all already need not be written, and each difference counts', () => {
  const needs = (status: object) =>
    verdictOf(PLANNED, lead({ status: { ...SAID, ...status } }), DONE, 'os-1', CONTEXT).needsWriteBack;
  expect(needs({})).toBe(false);
  for (const field of Object.keys(SAID)) expect([field, needs({ [field]: null })]).toEqual([field, true]);
});

test('a refusal and an absence say why, and an absence is never written', () => {
  expect(refusalOf(lead(), 'NO_EXTERNAL_ID', CONTEXT)).toMatchObject({
    status: 'Skipped',
    stage: 'Working',
    needsWriteBack: true,
  });
  const record = {
    recordId: LEAD_ID,
    object: 'Lead',
    hint: undefined,
    hasDeletionEvidence: false,
    userKey: null,
  } as const;
  expect(absenceVerdict(record, 'NOT_VISIBLE', CONTEXT)).toMatchObject({
    status: 'Failed',
    needsWriteBack: false,
    inputHash: null,
  });
  expect(absenceVerdict(record, 'RECORD_DELETED', CONTEXT)).toMatchObject({ status: 'Skipped', needsWriteBack: false });
});
