import { DOUBT_MS } from '../config/onesignal-limits.ts';
import type { Mapping } from '../mapping/mapping-rows.ts';
import type { Settings } from '../mapping/settings.ts';
import type { HeldPlace } from '../onesignal/held-place.ts';
import type { OneSignalClient } from '../onesignal/onesignal-contract.ts';
import { mayStillLand, type OneSignalOutcome } from '../onesignal/onesignal-outcome.ts';
import type { KnownUser, SyncResult, TransitionVerdict, VerdictToStore } from '../store/store.ts';
import { AddressBook, type AddressStore } from './addresses/address-book.ts';
import { withAddressNews } from './addresses/address-outcomes.ts';
import { type AddressNews, AddressWork } from './addresses/address-work.ts';
import type { AliasClaims } from './alias-claims.ts';
import { type ApplyEnd, type ApplyOptions, REPLICATION_MS, releaseAliases } from './apply-plan.ts';
import type { SyncJournal } from './journal/sync-journal.ts';
import { mayHold } from './may-hold.ts';
import { nothingHeld } from './nothing-held.ts';
import { retireUser } from './retire-user.ts';
import { MOST_ATTEMPTS } from './retries/retry-table.ts';
import { withStageTimes } from './stage-times.ts';
import { applyWithinTagRoom, leavingOut } from './tag-room.ts';
import { transitionVerdicts } from './transitions/transition-verdicts.ts';
import { failureOfLeft, type Job, jobsOf } from './unit-jobs.ts';
import { laneOf, type Unit, type UserToSync } from './units.ts';
import { absenceVerdict, REASON_OF_ABSENCE, refusalOf, type VerdictContext, verdictOf } from './verdicts.ts';

/** When to try again, and whether the try that failed counts against the record. */
export interface Retry {
  notBefore: number;
  countsAsAttempt: boolean;
}

export interface UnitOptions {
  client: OneSignalClient;
  settings: Settings;
  mapping: Mapping;
  known: ReadonlyMap<string, KnownUser>;
  /** Users whose doubtful write is to be asserted once more. */
  asserted: ReadonlySet<string>;
  /** Users whose records have moved on, and that may go now. */
  retiring: ReadonlySet<string>;
  /** Users that a process was writing to when it died. */
  interrupted: ReadonlySet<string>;
  /** The store's clock. */
  now: () => number;
  /** Salesforce's clock: what a verdict on a record is dated with. */
  salesforceNow: () => number;
  /** Whether moves between stages are kept, with their times. */
  keepsMoves?: boolean | undefined;
  claims: AliasClaims;
  addresses: AddressStore;
  /** Told of every call's end that was neither success nor verdict. Returns when to try again. */
  onInterrupted(outcome: OneSignalOutcome, attempts: number): Retry;
  /** Notes what is done; undefined where nobody is to read it. */
  journal?: SyncJournal | undefined;
  /** Of the unit's last write, until the result is stored. */
  place: HeldPlace;
  signal: AbortSignal;
}

/** What carrying out a unit came to; who holds the unit adds under which part that was. */
export type UnitResult = Omit<SyncResult, 'epoch' | 'released'>;

/** Carries out one unit and says what to commit. Rejects only for a defect of ours. */
export async function syncUnit(unit: Unit, options: UnitOptions): Promise<UnitResult> {
  const context: VerdictContext = { mappingVersion: options.mapping.version, now: options.salesforceNow() };
  const result = emptyResult();
  const jobs = jobsOf(unit, options);
  options.journal?.planned(jobs);
  const opening = AddressBook.open(unit, options.settings, options.addresses);
  const book = opening && (await opening);
  for (const [index, job] of jobs.entries()) {
    const isLast = index === jobs.length - 1;
    const wait = isLast ? undefined : await clearTheWay(job, jobs.slice(index + 1), unit, options, result);
    const retry = wait ?? (await syncUser(job, jobs, unit, options, result, context, book));
    if (retry !== undefined)
      return { ...postponed(unit, withHeirs(result, jobs), retry), addresses: book?.changes() ?? [] };
  }
  // Only now may these records let go of their users: what they left behind there has been taken away.
  for (const { snapshot, reason } of unit.refused) {
    const failure = failureOfLeft(snapshot.id, unit, jobs);
    if (failure === undefined) result.links.push({ recordId: snapshot.id, object: snapshot.object, userKey: null });
    result.verdicts.push(refusalOf(snapshot, failure?.reason ?? reason, context, failure?.what));
  }
  for (const { record, absence } of unit.absent) {
    const failure = failureOfLeft(record.recordId, unit, jobs);
    const isDone = absence !== 'not_visible' && failure === undefined;
    if (isDone) result.links.push({ recordId: record.recordId, object: record.object, userKey: null });
    result.verdicts.push(absenceVerdict(record, failure?.reason ?? REASON_OF_ABSENCE[absence], context, failure?.what));
  }
  if (options.keepsMoves === true) result.verdicts = withStageTimes(result.verdicts, jobs);
  result.transitions.push(...transitionVerdicts(jobs, result.verdicts, unit, options));
  const isAbsent = (recordId: string) => unit.absent.some(({ record }) => record.recordId === recordId);
  const leases = unit.leases.map(
    ({ recordId, generation }) => ({ kind: 'settled', recordId, generation, wasSeen: !isAbsent(recordId) }) as const,
  );
  if (book === undefined) return { ...result, leases };
  const planned = new Map(jobs.map(({ user, plan }) => [user.key, plan.addresses.addresses]));
  return { ...result, leases, addresses: book.changes(), addressWaits: book.waits(unit, planned) };
}

const NO_NEWS: AddressNews = { shared: [], leftOut: [], stayOff: [] };

interface OpenResult {
  verdicts: VerdictToStore[];
  links: SyncResult['links'][number][];
  users: KnownUser[];
  forgottenUsers: string[];
  transitions: TransitionVerdict[];
}

function emptyResult(): OpenResult {
  return { verdicts: [], links: [], users: [], forgottenUsers: [], transitions: [] };
}

/**
 * Takes aliases that this user is to have from users whose turn comes later. Those that only lose records come first
 * anyway; this is for records that swap their users.
 * @returns when to try the unit again, if it was interrupted
 */
async function clearTheWay(
  { desired }: Job,
  later: readonly Job[],
  unit: Unit,
  options: UnitOptions,
  result: OpenResult,
): Promise<Retry | undefined> {
  for (const job of later) {
    const { known } = job;
    if (known === undefined || job.desired === undefined || desired === undefined) continue;
    const inTheWay = Object.keys(known.aliases).filter((label) => known.aliases[label] === desired.aliases[label]);
    if (inTheWay.length === 0) continue;
    const { end, user } = await releaseAliases(known, inTheWay, applyOptions(known.key, unit, options));
    if (user !== undefined) result.users.push(user);
    job.known = user;
    if (end.kind === 'interrupted') return options.onInterrupted(end.outcome, attemptsOf(unit));
  }
  return undefined;
}

/** @returns undefined when the user is done, or when to try the unit again */
async function syncUser(
  job: Job,
  jobs: readonly Job[],
  unit: Unit,
  options: UnitOptions,
  result: OpenResult,
  context: VerdictContext,
  book: AddressBook | undefined,
): Promise<Retry | undefined> {
  const { user, plan, known } = job;
  if (isToRetire(job, options)) return retire(user.key, known, unit, options, result);
  const { end, held, leftOut, news } = await carriedOut(job, unit, options, book);
  const after = options.interrupted.has(user.key) ? doubted(held ?? gone(job), options.now()) : held;
  const wanted = retryOf(end, unit, options);
  const isLastTry = wanted?.countsAsAttempt === true && attemptsOf(unit) + 1 >= MOST_ATTEMPTS;
  const retry = isLastTry ? undefined : wanted;
  keepUser(
    user,
    known,
    options.asserted.has(user.key) ? assertedLater(after, retry, options) : after,
    options.now(),
    result,
  );
  for (const { snapshot } of user.members) {
    if (user.toLink.includes(snapshot.id) && failureOfLeft(snapshot.id, unit, jobs) === undefined)
      result.links.push({ recordId: snapshot.id, object: snapshot.object, userKey: user.key });
  }
  if (retry !== undefined) return retry;
  if (end.kind === 'freed') return undefined;
  const ownEnd = end.kind === 'interrupted' ? exhausted(end.outcome) : end;
  job.end = ownEnd;
  for (const planned of withAddressNews(leavingOut(plan, leftOut), news).outcomes) {
    const snapshot = user.members.find((member) => member.snapshot.id === planned.recordId)?.snapshot;
    if (snapshot === undefined) continue;
    const verdictEnd = failureOfLeft(snapshot.id, unit, jobs) ?? ownEnd;
    result.verdicts.push(verdictOf(planned, snapshot, verdictEnd, after?.onesignalId ?? null, context));
  }
  return undefined;
}

interface Outcome {
  end: JudgedEnd;
  /** What the user holds now as far as we know. */
  held: KnownUser | undefined;
  leftOut: readonly string[];
  news: AddressNews;
}

function carriedOut(job: Job, unit: Unit, options: UnitOptions, book: AddressBook | undefined): Promise<Outcome> {
  const apply = applyOptions(job.user.key, unit, options);
  return book === undefined ? tagged(job, apply, options) : withAddresses(job, apply, options, book);
}

/** Opt-outs first, then tags and aliases, then the addresses of a user that is there. */
async function withAddresses(job: Job, apply: ApplyOptions, options: UnitOptions, book: AddressBook): Promise<Outcome> {
  const { user, plan, known, desired } = job;
  const work = new AddressWork(user.key, plan.addresses, book, apply);
  const interrupted = (outcome: OneSignalOutcome, of: KnownUser | undefined): Outcome => {
    const held = mayStillLand(outcome) ? doubted(of, options.now()) : of;
    return { end: { kind: 'interrupted', outcome }, held, leftOut: [], news: work.news };
  };
  const notOff = await work.switchOff();
  if (notOff !== undefined) return interrupted(notOff, known);
  const { end, held, leftOut } = await tagged(job, apply, options);
  if (end.kind === 'done' && desired?.isToBeDeleted === true) book.forget(user.key);
  const isThere = held !== undefined && Object.keys(plan.tags).length > 0;
  const rest = () => (isThere ? work.settle() : work.letGo());
  const unsettled = end.kind === 'done' ? await rest() : undefined;
  if (unsettled !== undefined) return interrupted(unsettled, held);
  return { end, held, leftOut: [...leftOut, ...work.news.leftOut], news: work.news };
}

async function tagged({ user, desired, known }: Job, apply: ApplyOptions, options: UnitOptions): Promise<Outcome> {
  if (desired === undefined)
    return { end: { kind: 'done' }, held: withoutAssertion(known), leftOut: [], news: NO_NEWS };
  const room = { maxTags: options.settings.maxTags, mappingVersion: options.mapping.version };
  const { applied, leftOut } = await applyWithinTagRoom(desired, known, apply, room);
  const end = applied.end.kind === 'failed' ? await judged(applied.end, user, apply, options) : applied.end;
  return { end, held: applied.user, leftOut, news: NO_NEWS };
}

/** `freed`: another user will have let go of an alias when the work is done again. */
type JudgedEnd = ApplyEnd | { kind: 'freed' };

/** An alias that another user holds is no verdict yet: that one may be ours, and have no right to it any more. */
async function judged(
  end: Extract<ApplyEnd, { kind: 'failed' }>,
  user: UserToSync,
  { callOptions }: ApplyOptions,
  { claims }: UnitOptions,
): Promise<JudgedEnd> {
  if (end.claimed === undefined) return end;
  const recordIds = user.members.map(({ snapshot }) => snapshot.id);
  const resolution = await claims.resolve(user.key, end.claimed, recordIds, callOptions);
  if (resolution.kind === 'stale') return { kind: 'freed' };
  if (resolution.kind === 'again') return { kind: 'interrupted', outcome: resolution.outcome };
  return { ...end, what: resolution.what };
}

function retryOf(end: JudgedEnd, unit: Unit, options: UnitOptions): Retry | undefined {
  if (end.kind === 'freed') return { notBefore: options.now(), countsAsAttempt: false };
  return end.kind === 'interrupted' ? options.onInterrupted(end.outcome, attemptsOf(unit)) : undefined;
}

/** Not while a write may still land on it, which would bring back what was taken away. */
function isToRetire({ user, known }: Job, { retiring, interrupted }: UnitOptions): boolean {
  if (!retiring.has(user.key) || interrupted.has(user.key) || known === undefined) return false;
  const isIdle = user.members.length === 0 && !user.hasUnseenRecord;
  return isIdle && known.assertAt === null && Object.keys({ ...known.tags, ...known.aliases }).length === 0;
}

async function retire(
  key: string,
  known: KnownUser | undefined,
  unit: Unit,
  options: UnitOptions,
  result: OpenResult,
): Promise<Retry | undefined> {
  const retirement = await retireUser(key, options.client, applyOptions(key, unit, options).callOptions);
  if (retirement.kind !== 'again') {
    result.forgottenUsers.push(key);
    return undefined;
  }
  const retry = options.onInterrupted(retirement.outcome, attemptsOf(unit));
  if (known !== undefined) result.users.push({ ...known, retireAt: retry.notBefore });
  return retry;
}

/** An assertion that was interrupted has no due record whose time could put it off: its own time does. */
function assertedLater(
  user: KnownUser | undefined,
  retry: Retry | undefined,
  { now }: UnitOptions,
): KnownUser | undefined {
  if (user === undefined || user.assertAt === null || user.assertAt > now()) return user;
  return { ...user, assertAt: retry?.notBefore ?? null };
}

function applyOptions(key: string, unit: Unit, options: UnitOptions): ApplyOptions {
  const { client, now, asserted, interrupted, place, signal } = options;
  // What the user holds is not what the store says where a write may have landed that nobody saw the end of.
  const isInDoubt = asserted.has(key) || interrupted.has(key);
  return {
    client,
    now,
    isForced: unit.leases.some(({ isForced }) => isForced),
    isAssertion: isInDoubt,
    mayHold: isInDoubt ? mayHold(key, options.settings, options.mapping) : undefined,
    callOptions: { lane: laneOf(unit), place, signal },
  };
}

/** Where nothing may be sent, there is nothing to assert either. */
function withoutAssertion(user: KnownUser | undefined): KnownUser | undefined {
  return user && { ...user, assertAt: null };
}

/** A write of the process that died may land on this user yet: its plan is asserted once more when that is over. */
function doubted(user: KnownUser | undefined, now: number): KnownUser | undefined {
  return user === undefined ? undefined : { ...user, assertAt: Math.max(user.assertAt ?? 0, now + DOUBT_MS) };
}

/** A write of the process that died may make it anew: what it may hold then is to be taken away. */
function gone({ user, desired }: Job): KnownUser | undefined {
  return desired === undefined ? undefined : { ...nothingHeld(user.key), inherited: desired.inherited };
}

/** A user that holds nothing of ours and has no record any more needs no row. */
function keepUser(
  user: UserToSync,
  known: KnownUser | undefined,
  after: KnownUser | undefined,
  now: number,
  result: OpenResult,
): void {
  const isIdle = user.members.length === 0 && !user.hasUnseenRecord;
  const holdsNothing = after === undefined || Object.keys({ ...after.tags, ...after.aliases }).length === 0;
  const retireAt = isIdle && holdsNothing && after !== undefined ? retirementOf(user, after, now) : null;
  if (after === undefined || (isIdle && holdsNothing && after.assertAt === null && retireAt === null)) {
    if (known !== undefined) result.forgottenUsers.push(user.key);
  } else {
    result.users.push({ ...after, retireAt });
  }
}

/** A user that we made, and whose records all stand for another now, may go once OneSignal shows it everywhere. */
function retirementOf({ hasMovedOne }: UserToSync, user: KnownUser, now: number): number | null {
  const { createdAt, retireAt, assertAt } = user;
  const mayGo = retireAt !== null || (hasMovedOne && createdAt !== null);
  return mayGo ? Math.max(retireAt ?? now, (createdAt ?? 0) + REPLICATION_MS, assertAt ?? 0) : null;
}

function attemptsOf(unit: Unit): number {
  return Math.max(0, ...unit.leases.map(({ attempts }) => attempts));
}

function exhausted(outcome: OneSignalOutcome): ApplyEnd {
  const why = 'status' in outcome ? `HTTP ${outcome.status}` : 'no answer';
  return {
    kind: 'failed',
    reason: 'ONESIGNAL_ERROR',
    what: `OneSignal did not take the change in ${MOST_ATTEMPTS} attempts (${why}).`,
  };
}

/** What a user inherits is kept before the one that leaves it has nothing of it any more. */
function withHeirs(result: OpenResult, jobs: readonly Job[]): OpenResult {
  const saved = new Set(result.users.map(({ key }) => key));
  const open = jobs.filter(({ user, inheritance }) => inheritance !== undefined && !saved.has(user.key));
  const heirs = open.map(({ user, known, inheritance }) => {
    const heir = known ?? nothingHeld(user.key);
    return { ...heir, inherited: { ...heir.inherited, ...inheritance?.aliases } };
  });
  return { ...result, users: [...result.users, ...heirs] };
}

/**
 * What was done so far is kept; the records that are due stay so and get their verdict when the rest is done. The others
 * have theirs now, or are due themselves from now on where they move to a user that is not done: the next try may not
 * come to them, when what tied them to the due ones was the user that they have left.
 */
function postponed(unit: Unit, result: OpenResult, { notBefore, countsAsAttempt }: Retry): UnitResult {
  const leases = unit.leases.map(
    ({ recordId, generation }) => ({ kind: 'postponed', recordId, generation, notBefore, countsAsAttempt }) as const,
  );
  const due = new Set(unit.leases.map(({ recordId }) => recordId));
  const verdicts = result.verdicts.filter(({ recordId }) => !due.has(recordId));
  const isOpen = ({ recordId }: { recordId: string }) =>
    unit.movers.has(recordId) && !verdicts.some((verdict) => verdict.recordId === recordId);
  const alsoDue = result.links.filter(isOpen).map(({ recordId }) => ({ recordId, notBefore }));
  return { ...result, verdicts, leases, alsoDue };
}
