import type { Verdict } from '../mapping/outcome.ts';
import type { ObjectName, StageHint } from '../mapping/record.ts';

/** `live`: somebody just changed the record. `bulk`: a backfill or a large reconcile; served after live ones. */
export type Lane = 'live' | 'bulk';

/** Why a record is to be looked at. */
export interface RecordChange {
  recordId: string;
  object: ObjectName;
  /** A `Deleted` event: evidence that allows us to act on the record's absence later. */
  isDeletion: boolean;
  hint: StageHint | undefined;
  /** Send even what OneSignal already has: a resync, or a request that reconcile found unanswered. */
  isForced: boolean;
  lane: Lane;
}

/** Events of one delivery. Written, marked due and passed by the cursor in one transaction. */
export interface EventBatch {
  channel: string;
  /** The replay id of the last event, in its JSON form; undefined leaves the cursor where it is. */
  replayId: string | undefined;
  changes: readonly RecordChange[];
  /** Milliseconds since 1970 on our clock. */
  receivedAt: number;
}

/** A due record that this process works on until it commits a result or the lease runs out. */
export interface LeasedRecord {
  recordId: string;
  object: ObjectName;
  /** Rises each time the record becomes due: a result is about one generation only. */
  generation: number;
  dueSince: number;
  lane: Lane;
  isForced: boolean;
  attempts: number;
  hint: StageHint | undefined;
  hasDeletionEvidence: boolean;
  /** The process that held it before died: a write to its user may have landed unseen, or may land yet. */
  wasInterrupted: boolean;
  userKey: string | null;
}

/** What the store knows of a OneSignal user. `key` is the external id. */
export interface KnownUser {
  key: string;
  onesignalId: string | null;
  /** Fingerprints of the tag values that OneSignal accepted from us, by tag key. */
  tags: Readonly<Record<string, string>>;
  /** Aliases that OneSignal accepted from us. */
  aliases: Readonly<Record<string, string>>;
  /** When we created the user (ms since 1970); null when it was there before. */
  createdAt: number | null;
  /** When the plan is to be asserted once more after a write whose answer was lost; null when none was. */
  assertAt: number | null;
}

/** A record that the store links to a user, with what it said last. */
export interface LinkedRecord {
  recordId: string;
  object: ObjectName;
  userKey: string;
  hint: StageHint | undefined;
  hasDeletionEvidence: boolean;
}

export interface VerdictToStore extends Verdict {
  /** Fingerprint of the record's inputs when the verdict was made; null when they could not be read. */
  inputHash: string | null;
  mappingVersion: string;
  /** True when the record does not say this yet and can be written to. */
  needsWriteBack: boolean;
}

/** What became of one leased record. */
export type LeaseResult =
  | {
      kind: 'settled';
      recordId: string;
      generation: number;
      /** True when Salesforce showed the record: older evidence of a deletion no longer counts. */
      wasSeen: boolean;
    }
  /** Stays due and is looked at again; `countsAsAttempt` is false where the fault was not the record's. */
  | { kind: 'postponed'; recordId: string; generation: number; notBefore: number; countsAsAttempt: boolean };

/** Results of one unit of work, committed together. */
export interface SyncResult {
  leases: readonly LeaseResult[];
  verdicts: readonly VerdictToStore[];
  /** Which user each record now stands for; null takes the link away. */
  links: readonly { recordId: string; object: ObjectName; userKey: string | null }[];
  users: readonly KnownUser[];
  /** Users that OneSignal no longer has. */
  forgottenUsers: readonly string[];
}

/** A verdict on its way to the record. */
export interface PendingWriteBack {
  verdict: Verdict;
  /** Rises with each new verdict on the record: a result is about one version only. */
  version: number;
  attempts: number;
  /** True when Salesforce refused this version before: it is in failures already. */
  isRefused: boolean;
}

export type WriteBackResult =
  | { kind: 'written'; recordId: string; version: number }
  | { kind: 'again'; recordId: string; version: number; notBefore: number }
  /** There is nothing to write to any more. */
  | { kind: 'dropped'; recordId: string; version: number }
  /** Salesforce refuses the write: kept in failures as WRITE_BACK_REFUSED, tried again at `notBefore`. */
  | { kind: 'refused'; recordId: string; version: number; statusCode: string; notBefore: number };

export interface KnownVerdict {
  status: string;
  stage: string | null;
  answers: string | null;
  inputHash: string | null;
  mappingVersion: string;
  /** True until Salesforce took it, so that the record can't be expected to say it yet. */
  isOnItsWay: boolean;
}

/** The last verdict on a record, for reconcile. */
export interface KnownRecord {
  recordId: string;
  isDue: boolean;
  verdict: KnownVerdict | undefined;
}

/** Records that waited for a sync before the store knew any, too many to take unasked: left to a backfill. */
export interface LeftToBackfill {
  count: number;
  /** Their SystemModstamps are before this, ms since 1970 on Salesforce's clock. */
  before: number;
}

export interface StoreCounts {
  due: number;
  pendingWriteBacks: number;
  /** Records whose last verdict is Failed, or whose write-back was refused. */
  deadLetters: number;
}

/**
 * Everything the relay must not forget. Each method is one transaction. Implementations share one conformance suite.
 * Any method rejects with RelayError STORE_FAILED when the engine can't do its work.
 */
export interface Store {
  /** Ties an empty store to one org and one app; refuses another one (STORE_OTHER_ORG, STORE_OTHER_APP). */
  bind(owner: { orgId: string; appId: string }): Promise<void>;

  commitEvents(batch: EventBatch): Promise<void>;
  cursor(channel: string): Promise<string | undefined>;
  /** After the replay window was lost: the next subscription starts with what comes then. */
  dropCursor(channel: string): Promise<void>;

  /** The mark: the SystemModstamp (ms since 1970, Salesforce's clock) up to which everything is seen. */
  mark(): Promise<number | undefined>;
  /** Makes records due and, once a pass is complete, moves the mark. */
  commitReconciled(pass: { changes: readonly RecordChange[]; mark: number | undefined; at: number }): Promise<void>;
  /** What a first start left to a backfill; undefined when it left nothing. */
  leftToBackfill(): Promise<LeftToBackfill | undefined>;
  leaveToBackfill(left: LeftToBackfill | undefined): Promise<void>;
  knownRecords(recordIds: readonly string[]): Promise<ReadonlyMap<string, KnownRecord>>;

  /** Up to `limit` due records, live ones first, oldest first. */
  leaseDue(request: { limit: number; now: number; leaseMs: number }): Promise<LeasedRecord[]>;
  /** After a start: what the last process held is free again. Returns the users it may have been writing to. */
  releaseLeases(now: number): Promise<string[]>;
  users(keys: readonly string[]): Promise<ReadonlyMap<string, KnownUser>>;
  linkedRecords(userKeys: readonly string[]): Promise<LinkedRecord[]>;
  commitSync(results: readonly SyncResult[], now: number): Promise<void>;
  /** Marks users for one more assertion at `at`, or later where a later one is set: an assertion must not come before its doubt is over. */
  scheduleAssertions(userKeys: readonly string[], at: number): Promise<void>;
  /** Users whose assertion time has come; `commitSync` with another `assertAt` ends it. */
  usersToAssert(request: { limit: number; now: number }): Promise<string[]>;

  pendingWriteBacks(request: { limit: number; now: number }): Promise<PendingWriteBack[]>;
  commitWriteBacks(results: readonly WriteBackResult[]): Promise<void>;

  counts(): Promise<StoreCounts>;
  /** When the next due record, write-back or assertion wants attention (ms since 1970); undefined when nothing waits. */
  nextAttemptAt(): Promise<{ sync: number | undefined; writeBack: number | undefined }>;
  close(): Promise<void>;
}
