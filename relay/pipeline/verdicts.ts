import { cut, describeOutcome, isWithoutRecord, REASONS, type ReasonCode, type Verdict } from '../mapping/outcome.ts';
import type { PlannedOutcome } from '../mapping/plan.ts';
import type { Snapshot } from '../mapping/record.ts';
import { hashRecordInputs } from '../mapping/record-hash.ts';
import type { VerdictToStore } from '../store/store.ts';
import type { ApplyEnd } from './apply-plan.ts';
import type { Absence, RecordToRead } from './gather.ts';

/** What a record says that is not there. */
export const REASON_OF_ABSENCE = {
  deleted: 'RECORD_DELETED',
  merged: 'RECORD_MERGED',
  not_visible: 'NOT_VISIBLE',
} as const satisfies Record<Absence, ReasonCode>;

export interface VerdictContext {
  mappingVersion: string;
  now: number;
}

/** The verdict on a record of a user, once OneSignal has answered. */
export function verdictOf(
  planned: PlannedOutcome,
  snapshot: Snapshot,
  end: ApplyEnd,
  onesignalId: string | null,
  context: VerdictContext,
): VerdictToStore {
  const failure = planned.dependsOnOneSignal && end.kind === 'failed' ? end : undefined;
  const reason = failure?.reason ?? planned.reason;
  const detail = failure === undefined ? planned.detail : describeOutcome(failure.reason, failure.what);
  return completed(snapshot, reason, detail, planned.stage, onesignalId, context);
}

/** The verdict on a record that stands for no user. @param what more than the reason says, e.g. OneSignal's code */
export function refusalOf(
  snapshot: Snapshot,
  reason: ReasonCode,
  context: VerdictContext,
  what?: string,
): VerdictToStore {
  return completed(snapshot, reason, describeOutcome(reason, what), snapshot.stage, null, context);
}

/**
 * The verdict on a record that is not there: it is kept in the store, since there is nothing to write to.
 * @param what more than the reason says, e.g. OneSignal's code
 */
export function absenceVerdict(
  record: RecordToRead,
  reason: ReasonCode,
  context: VerdictContext,
  what?: string,
): VerdictToStore {
  return {
    recordId: record.recordId,
    object: record.object,
    status: REASONS[reason].status,
    reason,
    detail: describeOutcome(reason, what),
    stage: null,
    answers: null,
    onesignalId: null,
    decidedAt: context.now,
    inputHash: null,
    mappingVersion: context.mappingVersion,
    needsWriteBack: false,
  };
}

function completed(
  snapshot: Snapshot,
  reason: ReasonCode,
  detail: string,
  stage: string | null,
  onesignalId: string | null,
  { mappingVersion, now }: VerdictContext,
): VerdictToStore {
  const verdict: Verdict = {
    recordId: snapshot.id,
    object: snapshot.object,
    status: REASONS[reason].status,
    reason,
    detail,
    stage,
    answers: snapshot.requestedAt,
    onesignalId: onesignalId ?? snapshot.status.onesignalId,
    decidedAt: now,
  };
  return {
    ...verdict,
    inputHash: hashRecordInputs(snapshot),
    mappingVersion,
    needsWriteBack: !isWithoutRecord(reason) && !saysAlready(snapshot, verdict),
  };
}

/** True when the record already says what the verdict says: then it isn't written again. */
function saysAlready({ status: said }: Snapshot, verdict: Verdict): boolean {
  return (
    said.status === verdict.status &&
    said.reason === verdict.reason &&
    said.detail === verdict.detail &&
    said.syncedStage === (verdict.stage === null ? null : cut(verdict.stage)) &&
    said.answeredAt === verdict.answers &&
    said.onesignalId === verdict.onesignalId
  );
}
