import { RelayError } from '../config/relay-error.ts';
import type { OutcomeStatus, ReasonCode, Verdict } from '../mapping/outcome.ts';
import { isObjectName, type ObjectName, type StageHint } from '../mapping/record.ts';
import type {
  CommandRequest,
  DeadLetter,
  HistoryRow,
  JournalEntry,
  KnownRecord,
  KnownUser,
  LeasedRecord,
  LeftToBackfill,
  LinkedRecord,
  PendingTransition,
  PendingWriteBack,
  RecordState,
  StateVerdict,
  StoredAddress,
  ToldAlert,
  TroubleFigures,
  UsageSpan,
  UserClaim,
} from './store.ts';

/** A row as either engine gives it: SQLite has 0 and 1 for booleans, PostgreSQL text for large numbers. */
export type StoredRow = Readonly<Record<string, unknown>>;

/** Waits carry jitter, and the columns take whole milliseconds only: never earlier than asked for. */
export function wholeMs(time: number): number {
  return Math.ceil(time);
}

export function leasedRecord(row: StoredRow): LeasedRecord {
  return {
    recordId: String(row.record_id),
    object: objectName(row.object),
    generation: Number(row.generation),
    dueSince: Number(row.due_since),
    lane: row.lane === 0 ? 'live' : 'bulk',
    isForced: isTrue(row.is_forced),
    attempts: Number(row.attempts),
    hint: hint(row),
    hasDeletionEvidence: isTrue(row.has_deletion_evidence),
    userKey: textOrNull(row.user_key),
    cause: textOrNull(row.cause),
  };
}

export function linkedRecord(row: StoredRow): LinkedRecord {
  return {
    recordId: String(row.record_id),
    object: objectName(row.object),
    userKey: String(row.user_key),
    hint: hint(row),
    hasDeletionEvidence: isTrue(row.has_deletion_evidence),
  };
}

export function userClaim(row: StoredRow): UserClaim {
  return { key: String(row.key), freeAt: Number(row.free_at), wasInterrupted: isTrue(row.was_interrupted) };
}

export function knownRecord(row: StoredRow): KnownRecord {
  const verdict = {
    status: String(row.status),
    stage: textOrNull(row.stage),
    answers: textOrNull(row.answers),
    inputHash: textOrNull(row.input_hash),
    mappingVersion: String(row.mapping_version),
    isOnItsWay: row.write_back !== 'none',
  };
  return {
    recordId: String(row.record_id),
    isDue: isTrue(row.is_due),
    isUnderWork: isTrue(row.is_under_work),
    verdict: row.status === null ? undefined : verdict,
  };
}

export function knownUser(row: StoredRow): KnownUser {
  return {
    key: String(row.key),
    onesignalId: textOrNull(row.onesignal_id),
    tags: JSON.parse(String(row.tags)) as Record<string, string>,
    aliases: JSON.parse(String(row.aliases)) as Record<string, string>,
    createdAt: numberOrUndefined(row.created_at) ?? null,
    assertAt: numberOrUndefined(row.assert_at) ?? null,
    inherited: JSON.parse(String(row.inherited)) as Record<string, string>,
    retireAt: numberOrUndefined(row.retire_at) ?? null,
    tagRoom: typeof row.tag_room === 'string' ? (JSON.parse(row.tag_room) as KnownUser['tagRoom']) : null,
  };
}

export function storedAddress(row: StoredRow): StoredAddress {
  return {
    type: row.type as StoredAddress['type'],
    hash: String(row.hash),
    userKey: String(row.user_key),
    recordId: textOrNull(row.record_id),
    heldBy: textOrNull(row.held_by),
    origin: row.origin as StoredAddress['origin'],
    making: row.making_for ? { userKey: String(row.making_for), until: Number(row.making_until) } : null,
    isOn: row.is_on === null || row.is_on === undefined ? null : isTrue(row.is_on),
    isOffByUs: isTrue(row.is_off_by_us),
    isInherited: isTrue(row.is_inherited),
    isOptedOutElsewhere: isTrue(row.is_opted_out_elsewhere),
  };
}

export function pendingWriteBack(row: StoredRow): PendingWriteBack {
  return {
    verdict: {
      recordId: String(row.record_id),
      object: objectName(row.object),
      status: row.status as Verdict['status'],
      reason: row.reason as ReasonCode,
      detail: String(row.detail),
      stage: textOrNull(row.stage),
      answers: textOrNull(row.answers),
      onesignalId: textOrNull(row.onesignal_id),
      decidedAt: Number(row.decided_at),
    },
    version: Number(row.version),
    attempts: Number(row.write_back_attempts),
    isRefused: row.write_back === 'refused',
    waitsSince: Number(row.write_back_not_before),
  };
}

export function deadLetter(row: StoredRow): DeadLetter {
  return {
    recordId: String(row.record_id),
    object: objectName(row.object),
    reason: row.dead_reason as ReasonCode,
    detail: String(row.detail),
    writeBackError: textOrNull(row.write_back_error),
    stage: textOrNull(row.stage),
    decidedAt: Number(row.decided_at),
  };
}

export function deadLetterCount(row: StoredRow): { reason: ReasonCode; count: number } {
  return { reason: row.dead_reason as ReasonCode, count: Number(row.number) };
}

export function recordState(row: StoredRow): RecordState {
  return {
    recordId: String(row.record_id),
    object: objectName(row.object),
    isDue: isTrue(row.is_due),
    userKey: textOrNull(row.user_key),
    onesignalId: textOrNull(row.onesignal_id),
    verdict: row.status === null ? undefined : stateVerdict(row),
  };
}

function stateVerdict(row: StoredRow): StateVerdict {
  return {
    status: row.status as OutcomeStatus,
    reason: row.reason as ReasonCode,
    detail: String(row.detail),
    stage: textOrNull(row.stage),
    decidedAt: Number(row.decided_at),
    isWritten: row.write_back === 'none',
    writeBackError: textOrNull(row.write_back_error),
  };
}

export function journalEntry(row: StoredRow): Omit<JournalEntry, 'recordId'> {
  return { at: Number(row.at), entry: String(row.entry) };
}

export function historyRow(row: StoredRow): HistoryRow {
  return { at: Number(row.at), process: Number(row.process), counts: String(row.counts) };
}

export function pendingTransition(row: StoredRow): PendingTransition {
  return {
    kind: row.kind as PendingTransition['kind'],
    recordId: String(row.record_id),
    object: objectName(row.object),
    stage: String(row.stage),
    priorStage: textOrNull(row.prior_stage),
    at: Number(row.at),
    userKey: String(row.user_key),
    attempts: Number(row.attempts),
  };
}

export function commandRequest(row: StoredRow | undefined): CommandRequest | undefined {
  if (row === undefined) return undefined;
  return {
    id: Number(row.id),
    kind: row.kind as CommandRequest['kind'],
    options: String(row.options),
    state: row.state as CommandRequest['state'],
    progress: String(row.progress),
  };
}

export function recordName(row: StoredRow): { recordId: string; object: ObjectName } {
  return { recordId: String(row.record_id), object: row.object as ObjectName };
}

export function troubleFigures(row: StoredRow = {}): TroubleFigures {
  return {
    oldestLiveDue: numberOrUndefined(row.oldest),
    recentlyFailed: Number(row.failed),
    refusedWriteBacks: Number(row.refused),
  };
}

export function toldAlert(row: StoredRow): ToldAlert {
  return { name: String(row.name), since: Number(row.since) };
}

export function usageSpan(row: StoredRow): UsageSpan {
  return { allotment: row.allotment as UsageSpan['allotment'], from: Number(row.span_from), count: Number(row.count) };
}

/** From a row of `state`. */
export function leftToBackfill(row: StoredRow | undefined): LeftToBackfill | undefined {
  return row === undefined ? undefined : ((JSON.parse(String(row.value)) as LeftToBackfill | null) ?? undefined);
}

export function numberOrUndefined(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1;
}

function hint(row: StoredRow): StageHint | undefined {
  const [stage, changedAt] = [textOrNull(row.hint_stage), textOrNull(row.hint_changed_at)];
  return stage === null || changedAt === null ? undefined : { stage, changedAt };
}

function objectName(value: unknown): ObjectName {
  if (isObjectName(value)) return value;
  throw new RelayError('STORE_FAILED', 'The store holds a record of an object that the relay does not know.');
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
