import type { LeasedRecord, LeaseResult } from '../store/store.ts';
import { DEFECT_RULE, MOST_ATTEMPTS } from './retries/retry-table.ts';
import type { UnitResult } from './sync-unit.ts';
import type { Unit } from './units.ts';
import { absenceVerdict, refusalOf, type VerdictContext } from './verdicts.ts';

/** A defect of ours is not tried again at once: it would only fail again. */
export const DEFECT_MS = DEFECT_RULE.waits.firstMs;

/** A record that could not even be read: nobody knows which user it stands for. */
export function unitOfUnread(lease: LeasedRecord): Unit {
  return {
    users: [],
    recordIds: [lease.recordId],
    movers: new Set(),
    leases: [lease],
    refused: [],
    absent: [{ record: lease, absence: 'not_visible' }],
  };
}

/**
 * What follows when the relay itself failed on a unit: its records are tried again later, and in the end they get an
 * outcome, so that a defect costs these records and not the process or an endless loop.
 */
export function resultOfDefect(unit: Unit, context: VerdictContext, now: number): UnitResult {
  const isLast = ({ attempts }: LeasedRecord) => attempts + 1 >= MOST_ATTEMPTS;
  const last = new Set(unit.leases.filter(isLast).map(({ recordId }) => recordId));
  const seen = [...unit.users.flatMap(({ members }) => members), ...unit.refused].map(({ snapshot }) => snapshot);
  const absent = unit.absent.map(({ record }) => record);
  const verdicts = [
    ...seen.filter(({ id }) => last.has(id)).map((snapshot) => refusalOf(snapshot, 'RELAY_DEFECT', context)),
    ...absent.filter(({ recordId }) => last.has(recordId)).map((one) => absenceVerdict(one, 'RELAY_DEFECT', context)),
  ];
  const decided = new Set(verdicts.map(({ recordId }) => recordId));
  const absentIds = new Set(absent.map(({ recordId }) => recordId));
  const leases = unit.leases.map(({ recordId, generation }): LeaseResult => {
    if (decided.has(recordId)) return { kind: 'settled', recordId, generation, wasSeen: !absentIds.has(recordId) };
    return { kind: 'postponed', recordId, generation, notBefore: now + DEFECT_MS, countsAsAttempt: true };
  });
  return { leases, verdicts, links: [], users: [], forgottenUsers: [] };
}
