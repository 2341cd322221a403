import { cut } from '../mapping/outcome.ts';
import type { Snapshot } from '../mapping/record.ts';
import { hashRecordInputs } from '../mapping/record-hash.ts';
import type { KnownRecord } from '../store/store.ts';

/**
 * unanswered  a sync was requested and the record has no verdict on it: always sent, even if nothing differs
 * stage       the record's stage is not the one that got the verdict
 * inputs      something else that the plan depends on has changed
 * deleted     the record lies in the recycle bin
 */
export type DueReason = 'unanswered' | 'stage' | 'inputs' | 'deleted';

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
  if (known?.isDue === true) return undefined;
  if (record.isDeleted) return known !== undefined && verdict?.inputHash !== null ? 'deleted' : undefined;
  const { requestedAt, status } = record;
  const isAnswered = requestedAt === status.answeredAt || requestedAt === verdict?.answers;
  if (requestedAt !== null && !isAnswered) return 'unanswered';
  if (verdict !== undefined && verdict.mappingVersion === mappingVersion) {
    return verdict.inputHash === hashRecordInputs(record) ? undefined : 'inputs';
  }
  // A contact without a stage can have been synced with the stage of the lead it came from: only a stage of its own counts.
  const stage = record.stage === null ? null : cut(record.stage);
  const isOwnStage = stage !== null || record.object === 'Lead';
  return status.status !== null && isOwnStage && stage !== status.syncedStage ? 'stage' : undefined;
}
