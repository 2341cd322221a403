import type { LeaseResult, SyncResult } from '../store/store.ts';
import { DEFECT_RULE, MOST_ATTEMPTS } from './retries/retry-table.ts';
import type { Unit } from './units.ts';
import { refusalOf, type VerdictContext } from './verdicts.ts';

/** A defect of ours is not tried again at once: it would only fail again. */
export const DEFECT_MS = DEFECT_RULE.waits.firstMs;

/**
 * What follows when the relay itself failed on a unit: its records are tried again later, and in the end they get an
 * outcome, so that a defect costs these records and not the process or an endless loop.
 */
export function resultOfDefect(unit: Unit, context: VerdictContext): SyncResult {
  const snapshots = new Map(
    [...unit.users.flatMap(({ members }) => members), ...unit.refused].map(({ snapshot }) => [snapshot.id, snapshot]),
  );
  const given = unit.leases.filter(
    ({ recordId, attempts }) => attempts + 1 >= MOST_ATTEMPTS && snapshots.has(recordId),
  );
  const verdicts = given.flatMap(({ recordId }) => {
    const snapshot = snapshots.get(recordId);
    return snapshot === undefined ? [] : [refusalOf(snapshot, 'RELAY_DEFECT', context)];
  });
  const leases = unit.leases.map((lease): LeaseResult => {
    const { recordId, generation } = lease;
    if (given.includes(lease)) return { kind: 'settled', recordId, generation, wasSeen: true };
    return { kind: 'postponed', recordId, generation, notBefore: context.now + DEFECT_MS, countsAsAttempt: true };
  });
  return { leases, verdicts, links: [], users: [], forgottenUsers: [] };
}
