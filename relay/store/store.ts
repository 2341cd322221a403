import type { AddressType } from '../mapping/address-type.ts';
import type { OutcomeStatus, ReasonCode, Verdict } from '../mapping/outcome.ts';
import type { ObjectName, StageHint } from '../mapping/record.ts';
import type { StageTransition, TransitionKind } from '../mapping/stage-transition.ts';
import type { EngagementStore } from './engagement.ts';
import type { CountedTable } from './store-size.ts';
import type { TidiedTable } from './tidy-rules.ts';
import type { WriteBackResult } from './write-back-result.ts';

export type { WriteBackResult } from './write-back-result.ts';

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
  /** What asks for it, in a word, to be shown: an event's change type, or what else found the record. */
  cause?: string | undefined;
}

/** Events of one delivery. Written, marked due and passed by the cursor in one transaction. */
export interface EventBatch {
  /** Of the process that holds the subscription. */
  epoch: number;
  channel: string;
  /** The replay id of the last event, in its JSON form; undefined leaves the cursor where it is. */
  replayId: string | undefined;
  changes: readonly RecordChange[];
  /** Of those that OneSignal is to be told of; each counts once, however often it comes. */
  transitions?: readonly StageTransition[];
  /** On the store's clock. */
  receivedAt: number;
}

/** What a verdict means for the transitions of its record that OneSignal has not been told of. */
export interface TransitionVerdict {
  kind: TransitionKind;
  recordId: string;
  /** The user to tell of, who exists now; null when nothing is to be told. */
  userKey: string | null;
  /**
   * The transition that the record itself shows: it counts if no event told of it (within a minute after: a flow takes
   * its time twice) and the last good verdict was about another stage. Its `priorStage` is that one.
   */
  shown: StageTransition | undefined;
}

/** A transition that OneSignal is to be told of. */
export interface PendingTransition extends StageTransition {
  userKey: string;
  attempts: number;
}

export interface TransitionResult {
  transition: StageTransition;
  /** When to tell it again; null when it is over. Store's clock. */
  notBefore: number | null;
}

/**
 * What the store says to a process about its part among those that work on it. A process has its part only for a
 * time: with each heartbeat it is renewed, and what is written under a part that has run out is refused, so that a
 * process that was frozen can't undo what another did meanwhile.
 */
export interface Standing {
  /** The number of this part. Rises with each: what a process writes carries it, which fences off those before. */
  epoch: number;
  /** True for the one process that holds the subscription, and with it reconcile and write-back. */
  isSubscriber: boolean;
  /** True while some process holds the subscription. */
  hasSubscriber: boolean;
  /** Processes that have a part now, this one too: each may use an equal share of what OneSignal allows. */
  members: number;
  /** Nothing may be sent to OneSignal before: the others may not have taken note of this process yet. Store's clock. */
  sendsFrom: number;
  /** Nothing may be sent to either side from then on, unless a heartbeat came between. On `performance.now()`. */
  validUntil: number;
  /** OneSignal told the app to wait until then. Store's clock; 0 when it did not. */
  pausedUntil: number;
}

/** The users that a unit of work takes for itself. */
export interface UnitToClaim {
  keys: readonly string[];
  /** Each of them is linked to a record that the unit has under lease, so that the lease tells who is held. */
  isLeased: boolean;
}

/** A user that a unit of work took for itself. */
export interface UserClaim {
  key: string;
  /** The end of the pause after the last write to this user, as far as the caller can't know it by itself. Store's clock. */
  freeAt: number;
  /** The process that held it before died: a write to this user may have landed unseen, or may land yet. */
  wasInterrupted: boolean;
}

export interface ReleasedUser {
  key: string;
  /** Until when the user is to rest. Store's clock. */
  freeAt: number;
  /** The claim's `wasInterrupted` holds on: nothing else in the store speaks of that doubt yet. */
  isInDoubt: boolean;
}

export interface LeaseRequest {
  epoch: number;
  limit: number;
  now: number;
  leaseMs: number;
  isLiveOnly?: boolean;
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
  userKey: string | null;
  /** Of the first change since it is due; null where that did not say. */
  cause?: string | null;
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
  /** Aliases that records brought which were merged into one of this user's, by label. */
  inherited: Readonly<Record<string, string>>;
  /** When to see whether the user may go: its records have moved to another. Store's clock; null for one with records. */
  retireAt: number | null;
  /** For how many of our tags OneSignal had room, under which mapping; null where all had. */
  tagRoom: { count: number; version: string } | null;
}

/** An email or phone number by its fingerprint: the store keeps none in the clear. */
export interface AddressName {
  type: AddressType;
  hash: string;
}

/** Which user is to have an address, and what is known of the subscription that OneSignal has for it. */
export interface StoredAddress extends AddressName {
  /** The user that is to have it, and alone may. */
  userKey: string;
  /** The record it comes from; null where that is gone: then the next record that has it may take it. */
  recordId: string | null;
  /** The user under whom OneSignal has the subscription; null while there is none that we know of. */
  heldBy: string | null;
  /**
   * `ours`: made by us, or about to be. `theirs`: the app's own, on the user that is to have it. `foreign`: on a user
   * that no record stands for. `unknown`: not looked at yet.
   */
  origin: 'unknown' | 'ours' | 'theirs' | 'foreign';
  /** A create or transfer of ours that nobody saw the end of: it may land under that user until then, unix ms. */
  making: { userKey: string; until: number } | null;
  /** What OneSignal was last told, or showed; null when it was not. */
  isOn: boolean | null;
  /** True where it was on until we switched it off, so that only then we may switch it on again. */
  isOffByUs: boolean;
  /** True where it came with a record that was merged, and stays though no record yields it. */
  isInherited: boolean;
  /** True while a record that waits for it opts out: the address is that person's too. Only read. */
  isOptedOutElsewhere: boolean;
}

/** A wish to have an address: the first one gets it. */
export interface AddressClaim extends AddressName {
  userKey: string;
  recordId: string;
  /** Another user of the same unit, whose address comes to this one. */
  userBefore?: string | undefined;
  /** It is made there next, or moved: what turns up then is ours. Until when that may be, unix ms; null where it is not. */
  makingUntil: number | null;
  /** Where it is until then, where that is known. */
  heldBy?: string | undefined;
  /** The record opts out of it. */
  isOptedOut: boolean;
}

/** What a record still waits for: anything else that it waited for is forgotten. */
export interface AddressWaits {
  recordId: string;
  names: readonly AddressName[];
}

export interface AddressChange {
  name: AddressName;
  /** The user that it had in the store: else another one has it by now, and the change is void. */
  userBefore: string;
  /** Undefined gives the address free. */
  address: StoredAddress | undefined;
}

export interface UsersAndRecords {
  userKeys: readonly string[];
  recordIds: readonly string[];
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
  /** When the record came to its stage, unix seconds: a move from another is kept. Undefined where moves are not kept. */
  stageAt?: number | undefined;
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
  /** Under which the unit's records were leased and its users claimed: refused when that is over. */
  epoch: number;
  /** The unit's users, let go with this commit. */
  released: readonly ReleasedUser[];
  leases: readonly LeaseResult[];
  verdicts: readonly VerdictToStore[];
  /** Which user each record now stands for; null takes the link away. */
  links: readonly { recordId: string; object: ObjectName; userKey: string | null }[];
  users: readonly KnownUser[];
  /** Users that OneSignal no longer has. */
  forgottenUsers: readonly string[];
  transitions?: readonly TransitionVerdict[];
  addresses?: readonly AddressChange[];
  addressWaits?: readonly AddressWaits[];
  /** Records that may not be due, linked to a user that is not done yet: each is due from its time on. Store's clock. */
  alsoDue?: readonly { recordId: string; notBefore: number }[];
  /** What it did, to be shown; of a record that it finds gone none is kept. */
  journal?: readonly JournalEntry[];
}

/** What happened to a record in one sync or one status write. */
export interface JournalEntry {
  recordId: string;
  /** Store's clock. */
  at: number;
  /** JSON. It may hold tag values, which are personal. */
  entry: string;
}

/** What one process did within a minute. */
export interface HistoryRow {
  /** When the minute began. Store's clock. */
  at: number;
  /** A number by which it knows its own row. */
  process: number;
  /** JSON: counts, nothing of a record. */
  counts: string;
}

/** All that the store knows of where a record stands. */
export interface RecordState {
  recordId: string;
  object: ObjectName;
  isDue: boolean;
  userKey: string | null;
  onesignalId: string | null;
  verdict: StateVerdict | undefined;
}

export interface StateVerdict {
  status: OutcomeStatus;
  reason: ReasonCode;
  detail: string;
  stage: string | null;
  decidedAt: number;
  /** True when nothing of it waits to be written to the record. */
  isWritten: boolean;
  /** Salesforce's code where it refuses the status. */
  writeBackError: string | null;
}

/** A verdict on its way to the record. */
export interface PendingWriteBack {
  verdict: Verdict;
  /** Rises with each new verdict on the record: a result is about one version only. */
  version: number;
  attempts: number;
  /** True when Salesforce refused this version before: it is in failures already. */
  isRefused: boolean;
  /** Since when it may be written. Store's clock. */
  waitsSince: number;
}

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
  /** Leased: it may have been read already, and has changed since. */
  isUnderWork: boolean;
  verdict: KnownVerdict | undefined;
}

/** Records that waited for a sync before the store knew any, too many to take unasked: left to a backfill. */
export interface LeftToBackfill {
  count: number;
  /** Their SystemModstamps are before this, ms since 1970 on Salesforce's clock. */
  before: number;
}

/** What `failures` lists: a record whose verdict is Failed, or whose status Salesforce refuses. */
export interface DeadLetter {
  recordId: string;
  object: ObjectName;
  /** `WRITE_BACK_REFUSED` when the verdict itself is no failure. */
  reason: ReasonCode;
  detail: string;
  /** Salesforce's code where it refuses the status. */
  writeBackError: string | null;
  /** The stage that the verdict is about. */
  stage: string | null;
  decidedAt: number;
}

/** Which dead letters are meant: those of all the conditions that are given. */
export interface DeadLetterFilter {
  recordIds?: readonly string[] | undefined;
  reason?: ReasonCode | undefined;
}

/** What Salesforce allots to an org for 24 hours, and the relay counts its own part of. */
export type Allotment = 'api_call' | 'delivery';

/** What all processes on the store together used of an allotment within one span of time. */
export interface UsageSpan {
  allotment: Allotment;
  /** When the span began. Store's clock. */
  from: number;
  count: number;
}

/** Work that a command asks of the relay which runs on the same store. */
export type CommandKind = 'reconcile' | 'backfill';

/** So many requests of commands that have ended stay readable. */
export const ENDED_REQUESTS_KEPT = 100;

export interface CommandRequest {
  id: number;
  kind: CommandKind;
  /** JSON. */
  options: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** JSON: how far it is, and in the end what came of it. */
  progress: string;
}

export interface StoreCounts {
  due: number;
  pendingWriteBacks: number;
  /** Records whose last verdict is Failed, or whose write-back was refused. */
  deadLetters: number;
}

/** What goes wrong, as far as only the store knows. */
export interface TroubleFigures {
  /** Since when the change has waited that waits longest, of the live ones that are to be looked at next. Store's clock. */
  oldestLiveDue: number | undefined;
  /** Records whose verdict is Failed, decided since the time asked for. */
  recentlyFailed: number;
  /** Records whose status Salesforce refuses. */
  refusedWriteBacks: number;
}

/** So many of the live records that are due are looked at for the one that waits longest: a look must cost little. */
export const LIVE_LOOKED_AT = 1_000;

/** An alert that people were told of, and not yet of its end. */
export interface ToldAlert {
  name: string;
  /** Ms since 1970. */
  since: number;
}

/** What is to be looked through for what is of no use any more: so little that nobody waits for it. */
export interface TidyPage {
  /** Of the process that holds the subscription. */
  epoch: number;
  table: TidiedTable;
  /** The key of the last row of the page before; undefined begins with the first row. */
  after: readonly (string | number)[] | undefined;
  /** Rows to look at. */
  limit: number;
  /** On the store's clock. */
  now: number;
  /** What has been of no use since before this goes. Ms since 1970. */
  forgetBefore: number;
}

export interface TidyResult {
  /** Rows that went, each with all that belongs to it. */
  forgotten: number;
  /** Where the next page begins; undefined when the table is through. */
  next: readonly (string | number)[] | undefined;
}

export interface StoreSize {
  /** What it occupies on the disk, with indexes and free space in between. */
  bytes: number;
  rows: Readonly<Record<CountedTable, number>>;
}

/**
 * Everything the relay must not forget. Each method is one transaction. Implementations share one conformance suite.
 * Any method rejects with RelayError STORE_FAILED when the engine can't do its work. Those that take an `epoch` reject
 * with PART_LOST when it is not that of a process with a part, and, where the subscription is needed, not its holder's.
 */
export interface Store extends EngagementStore {
  /** Milliseconds since 1970. All processes on one store agree on it, and it never runs backwards. */
  now(): number;
  /** Ties an empty store to one org and one app; refuses another one (STORE_OTHER_ORG, STORE_OTHER_APP). */
  bind(owner: { orgId: string; appId: string }): Promise<void>;

  /** A new part for this process. Parts that have run out end here: what they held is free, what they were writing is in doubt. */
  join(): Promise<Standing>;
  /** Renews the part, ends those of others that have run out, and takes the subscription if nobody holds it. */
  heartbeat(epoch: number): Promise<Standing>;
  /** An orderly end: whatever the process still held is free at once. Never rejects for a part that is over. */
  leave(epoch: number): Promise<void>;
  /** OneSignal told the app to wait: all processes learn it with their next heartbeat. Of two waits the longer counts. */
  pauseOneSignal(until: number): Promise<void>;
  /** Tells when another process or a command has changed something worth a look. Returns how to stop it. */
  onChange(listener: () => void): () => void;

  commitEvents(batch: EventBatch): Promise<void>;
  cursor(channel: string): Promise<string | undefined>;
  /** When the cursor last moved, ms since 1970; undefined where there is none. */
  cursorMovedAt(channel: string): Promise<number | undefined>;
  /** After the replay window was lost: the next subscription starts with what comes then. */
  dropCursor(channel: string, epoch: number): Promise<void>;

  /** The mark: the SystemModstamp (ms since 1970, Salesforce's clock) up to which everything is seen. */
  mark(): Promise<number | undefined>;
  /** Makes records due and, once a pass is complete, moves the mark. */
  commitReconciled(pass: {
    epoch: number;
    changes: readonly RecordChange[];
    mark: number | undefined;
    at: number;
  }): Promise<void>;
  /** What a first start left to a backfill; undefined when it left nothing. */
  leftToBackfill(): Promise<LeftToBackfill | undefined>;
  leaveToBackfill(left: LeftToBackfill | undefined, epoch: number): Promise<void>;
  knownRecords(recordIds: readonly string[]): Promise<ReadonlyMap<string, KnownRecord>>;

  /** Up to `limit` due records, live ones first, oldest first; none of the bulk lane where only live ones are asked for. */
  leaseDue(request: LeaseRequest): Promise<LeasedRecord[]>;
  /**
   * Takes users for units of work: of each unit all its users, or none (undefined) when a process with a part has one
   * of them. They stay taken until `commitSync` releases them or the part is over.
   */
  claimUsers(units: readonly UnitToClaim[], epoch: number): Promise<(UserClaim[] | undefined)[]>;
  users(keys: readonly string[]): Promise<ReadonlyMap<string, KnownUser>>;
  /** Records that stand for one of these users, and those of these records that stand for any. */
  linkedRecords(of: UsersAndRecords): Promise<LinkedRecord[]>;
  /** Rises with each commit that changes whom records stand for; undefined where other processes may change that too. */
  linkChanges(): number | undefined;
  /** Those that these users are to have, and those that come from these records. */
  addressesOf(of: UsersAndRecords): Promise<StoredAddress[]>;
  /** Those of these that some user has. */
  addressesNamed(names: readonly AddressName[]): Promise<StoredAddress[]>;
  /**
   * What each claim came to: the address of the claimant, or of who has it. A record that did not get one becomes due when
   * it is free, and the record that has it when one that waits opts out, or no longer does.
   */
  claimAddresses(claims: readonly AddressClaim[], epoch: number, now: number): Promise<StoredAddress[]>;
  /** Of a record that a verdict finds deleted or merged, what came with its events goes in the same transaction. */
  commitSync(results: readonly SyncResult[], now: number): Promise<void>;
  /** Users whose assertion time has come; `commitSync` with another `assertAt` ends it. */
  usersToAssert(request: { limit: number; now: number }): Promise<string[]>;
  /** Users whose records have moved to another and who may be deleted, those that wait longest first. In no hurry. */
  usersToRetire(request: { limit: number; now: number }): Promise<string[]>;

  /** Those of a kind whose user exists, oldest first. */
  transitionsToTell(request: { kind: TransitionKind; limit: number; now: number }): Promise<PendingTransition[]>;
  /** @param forgetBefore unix seconds: what is older is not kept any more, told or not */
  commitTransitions(results: readonly TransitionResult[], forgetBefore: number, epoch: number): Promise<void>;

  /** Those that wait longest first; of one object where it is given. */
  pendingWriteBacks(request: {
    limit: number;
    now: number;
    object?: ObjectName | undefined;
  }): Promise<PendingWriteBack[]>;
  /** @param journal kept only of records that have entries already: a crowd's statuses would push out what people look for */
  commitWriteBacks(
    results: readonly WriteBackResult[],
    epoch: number,
    journal?: readonly JournalEntry[],
  ): Promise<void>;

  /** Page after page, by record id. */
  deadLetters(request: DeadLetterFilter & { after?: string | undefined; limit: number }): Promise<DeadLetter[]>;
  /** Makes the records due as if somebody had asked for a resync, and refused statuses are written again. Returns how many. */
  retryDeadLetters(filter: DeadLetterFilter, now: number): Promise<number>;

  countDeadLetters(): Promise<{ reason: ReasonCode; count: number }[]>;

  /** Those of these records that are known, in their order. */
  recordStates(recordIds: readonly string[]): Promise<RecordState[]>;
  /** Users that have this id in OneSignal. */
  usersWithOneSignalId(onesignalId: string): Promise<string[]>;
  /** What happened to a record, the newest first. */
  journal(request: { recordId: string; limit: number }): Promise<Omit<JournalEntry, 'recordId'>[]>;
  /**
   * Looks at the oldest `limit` entries: those go that are older than `forgetBefore`, or not among the newest `most` of all.
   * Returns how many.
   */
  trimJournal(trim: { epoch: number; limit: number; most: number; forgetBefore: number }): Promise<number>;
  /** Writes a minute of a process, or writes it anew, and forgets those from before. Of no part, as `addUsage`. */
  saveHistory(row: HistoryRow, forgetBefore: number): Promise<void>;
  /** Minutes from then on, oldest first. */
  history(from: number): Promise<HistoryRow[]>;

  /** For a command beside a running relay. Of requests that have ended the last 100 are kept. */
  askFor(kind: CommandKind, options: string): Promise<number>;
  /** The oldest request of this kind that waits, which is running from now on. */
  takeRequest(kind: CommandKind, epoch: number): Promise<CommandRequest | undefined>;
  /** The oldest request of this kind that has not ended. */
  openRequest(kind: CommandKind): Promise<CommandRequest | undefined>;
  reportRequest(
    id: number,
    report: { state: 'running' | 'done' | 'failed'; progress: string },
    epoch: number,
  ): Promise<void>;
  request(id: number): Promise<CommandRequest | undefined>;
  /** Ends a request that has not ended, as failed, with this progress. Returns false where it has. */
  stopRequest(id: number, progress: string): Promise<boolean>;
  /**
   * Makes records due that a running request found, and notes how far it is: whoever takes it up again goes on there.
   * Returns false, and does neither, where the request was stopped.
   */
  commitFound(found: {
    epoch: number;
    requestId: number;
    changes: readonly RecordChange[];
    progress: string;
    at: number;
  }): Promise<boolean>;
  /**
   * Records whose last verdict was decided under another mapping, page by page by record id. What has no record any more
   * is left out.
   */
  underOtherMapping(request: {
    version: string;
    after: string | undefined;
    limit: number;
  }): Promise<{ recordId: string; object: ObjectName }[]>;
  /** How many those are. Looks at every verdict: not for each change. */
  countUnderOtherMapping(version: string): Promise<number>;
  /** Records that are due in the bulk lane. */
  dueInBulk(): Promise<number>;

  /**
   * Adds to what was used of the allotments, forgets the spans that began before, and returns what is left. Of no part:
   * what was used was used, also by a process whose part is over.
   */
  addUsage(used: { spans: readonly UsageSpan[]; forgetBefore: number }): Promise<UsageSpan[]>;

  /** Forgets what nobody needs any more, a page of one table at a time. A living record's data are always needed. */
  tidy(page: TidyPage): Promise<TidyResult>;
  size(): Promise<StoreSize>;

  /** Reads no more than an index or two: it is asked several times a minute. */
  troubleFigures(request: { failedSince: number }): Promise<TroubleFigures>;
  toldAlerts(): Promise<ToldAlert[]>;
  /** Of no part: what was told was told, also by a process whose part is over. */
  commitToldAlerts(told: { started: readonly ToldAlert[]; ended: readonly string[] }): Promise<void>;

  counts(): Promise<StoreCounts>;
  /** When the next due record, write-back or assertion wants attention (store's clock); undefined when nothing waits. */
  nextAttemptAt(): Promise<{ sync: number | undefined; writeBack: number | undefined }>;
  close(): Promise<void>;
}
