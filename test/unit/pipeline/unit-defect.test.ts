import { resultOfDefect } from '../../../relay/pipeline/unit-defect.ts';
import { LEAD_ID } from '../mapping/record-samples.ts';
import { leased, unitOfOne } from './unit-samples.ts';

const CONTEXT = { mappingVersion: 'm1', now: 1_000 };

test('a defect puts a record off, and the try counts', () => {
  const { leases, verdicts } = resultOfDefect(unitOfOne({ generation: 3, attempts: 0 }), CONTEXT, 1_000);
  expect(verdicts).toEqual([]);
  expect(leases).toEqual([
    { kind: 'postponed', recordId: LEAD_ID, generation: 3, notBefore: 61_000, countsAsAttempt: true },
  ]);
});

test('a record that defects never end on gets an outcome instead of being tried for ever', () => {
  const { leases, verdicts } = resultOfDefect(unitOfOne({ generation: 3, attempts: 9 }), CONTEXT, 1_000);
  expect(leases).toEqual([{ kind: 'settled', recordId: LEAD_ID, generation: 3, wasSeen: true }]);
  expect(verdicts).toMatchObject([
    { recordId: LEAD_ID, status: 'Failed', reason: 'RELAY_DEFECT', needsWriteBack: true },
  ]);
});

test('so does one that was not there: it is kept in failures, and evidence of its deletion stays', () => {
  const lease = leased({ generation: 3, attempts: 9 });
  const unit = {
    users: [],
    recordIds: [lease.recordId],
    movers: new Set<string>(),
    leases: [lease],
    refused: [],
    absent: [{ record: lease, absence: 'deleted' as const }],
  };
  const { leases, verdicts } = resultOfDefect(unit, CONTEXT, 1_000);
  expect(leases).toEqual([{ kind: 'settled', recordId: LEAD_ID, generation: 3, wasSeen: false }]);
  expect(verdicts).toMatchObject([{ recordId: LEAD_ID, reason: 'RELAY_DEFECT', needsWriteBack: false }]);
});
