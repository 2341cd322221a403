import { cut } from '../../mapping/outcome.ts';
import type { KnownRecord, RecordChange } from '../../store/store.ts';
import { isUnanswered } from '../unanswered.ts';
import type { FoundRecord } from './backfill-query.ts';

/**
 * Whether a record that a backfill found is to be looked at. What has its verdict under this mapping is left alone, a
 * failure too: those have a command of their own.
 */
export function isToBeFilled({ stage }: FoundRecord, known: KnownRecord | undefined, mappingVersion: string): boolean {
  if (known?.isDue === true) return false;
  const { verdict } = known ?? {};
  if (verdict === undefined || verdict.mappingVersion !== mappingVersion) return true;
  // A contact can have the stage of the lead that it came from.
  return verdict.stage !== null && stage !== null && verdict.stage !== stage && verdict.stage !== cut(stage);
}

/** Whether a record waits for an answer that is not on its way to it. */
export function isWaiting(record: FoundRecord, known: KnownRecord | undefined): boolean {
  return known?.isDue !== true && isUnanswered(record, known?.verdict);
}

/** Served when nothing live waits: what the record should hold is read from it then, not now. */
export function bulkChange(
  { recordId, object }: Pick<FoundRecord, 'recordId' | 'object'>,
  isForced = false,
): RecordChange {
  return { recordId, object, isDeletion: false, hint: undefined, isForced, lane: 'bulk', cause: 'backfill' };
}
