import { resultOfDefect } from '../../../relay/pipeline/unit-defect.ts';
import type { Unit } from '../../../relay/pipeline/units.ts';
import { LEAD_ID, lead, member } from '../mapping/record-samples.ts';

const CONTEXT = { mappingVersion: 'm1', now: 1_000 };

function unitAfter(attempts: number): Unit {
  const lease = {
    recordId: LEAD_ID,
    object: 'Lead',
    generation: 3,
    dueSince: 0,
    lane: 'live',
    isForced: false,
    attempts,
    hint: undefined,
    hasDeletionEvidence: false,
    wasInterrupted: false,
    userKey: null,
  } as const;
  const user = {
    key: LEAD_ID,
    members: [member(lead({ id: LEAD_ID }))],
    hasUnseenRecord: false,
    lostByDeletionOnly: true,
  };
  return { users: [user], leases: [lease], refused: [], absent: [] };
}

test('a defect puts a record off, and the try counts', () => {
  const { leases, verdicts } = resultOfDefect(unitAfter(0), CONTEXT);
  expect(verdicts).toEqual([]);
  expect(leases).toEqual([
    { kind: 'postponed', recordId: LEAD_ID, generation: 3, notBefore: 61_000, countsAsAttempt: true },
  ]);
});

test('a record that defects never end on gets an outcome instead of being tried for ever', () => {
  const { leases, verdicts } = resultOfDefect(unitAfter(9), CONTEXT);
  expect(leases).toEqual([{ kind: 'settled', recordId: LEAD_ID, generation: 3, wasSeen: true }]);
  expect(verdicts).toMatchObject([
    { recordId: LEAD_ID, status: 'Failed', reason: 'RELAY_DEFECT', needsWriteBack: true },
  ]);
});
