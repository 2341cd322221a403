import { cut } from '../mapping/outcome.ts';
import type { Snapshot } from '../mapping/record.ts';
import { hashRecordInputs } from '../mapping/record-hash.ts';
import type { KnownRecord } from '../store/store.ts';
import { type Asked, isUnanswered, timeOf } from './unanswered.ts';

export const DUE_REASONS = ['unanswered', 'stage', 'inputs', 'deleted'] as const;

/**
 * unanswered  a sync was requested and the record has no verdict on it: always sent, even if nothing else differs
 * stage       the record's stage is not the one that got the verdict
 * inputs      something else that the plan depends on has changed
 * deleted     the record lies in the recycle bin
 */
export type DueReason = (typeof DUE_REASONS)[number];

/**
 * Whether a record that reconcile read is due, and why. A record without stamp and status that the store does not know
 * was never touched since the package came: it is left to a backfill.
 */
export function dueReason(
  record: Snapshot,
  known: KnownRecord | undefined,
  mappingVersion: string,
): DueReason | undefined {
  const verdict = known?.verdict;
  // One that is under work was perhaps read before the change that reconcile sees.
  if (known?.isDue === true && !known.isUnderWork) return undefined;
  if (record.isDeleted) return known === undefined || isDeletionSettled(known) ? undefined : 'deleted';
  if (isUnanswered(askedOf(record), verdict)) return 'unanswered';
  if (verdict !== undefined && verdict.mappingVersion === mappingVersion) {
    if (verdict.inputHash !== hashRecordInputs(record)) return 'inputs';
    if (verdict.isOnItsWay || record.isConverted) return undefined;
  }
  return saysAnotherStage(record) ? 'stage' : undefined;
}

/**
 * Whether the request is all that is new: then everything is sent anew, as with the button. A record that is not what its
 * verdict was about any more has a plan of its own to send, and the user what else it has: after an outage these are many.
 */
export function isPlainRequest(record: Snapshot, known: KnownRecord | undefined): boolean {
  const hash = known?.verdict?.inputHash ?? null;
  return hash === null || hash === hashRecordInputs(record);
}

/** A record that could not be seen has no inputs either, but that is no verdict on a deletion. */
function isDeletionSettled({ verdict }: KnownRecord): boolean {
  return verdict !== undefined && verdict.inputHash === null && verdict.status === 'Skipped';
}

export function askedOf({ requestedAt, status, isConverted }: Snapshot): Asked {
  return { requestedAt: timeOf(requestedAt), answeredAt: timeOf(status.answeredAt), isConverted };
}

/** A contact without a stage can have been synced with the stage of the lead it came from: only one of its own counts. */
function saysAnotherStage({ object, stage, status }: Snapshot): boolean {
  if (status.status === null || (stage === null && object === 'Contact')) return false;
  return (stage === null ? null : cut(stage)) !== status.syncedStage;
}
