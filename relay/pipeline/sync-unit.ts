import type { Mapping } from '../mapping/mapping-rows.ts';
import { planUser, type UserPlan } from '../mapping/plan.ts';
import type { Settings } from '../mapping/settings.ts';
import type { OneSignalClient } from '../onesignal/onesignal-contract.ts';
import type { OneSignalOutcome } from '../onesignal/onesignal-outcome.ts';
import type { KnownUser, SyncResult, VerdictToStore } from '../store/store.ts';
import { type Applied, type ApplyEnd, applyPlan, type DesiredUser } from './apply-plan.ts';
import type { Unit, UserToSync } from './units.ts';
import { absenceVerdict, refusalOf, type VerdictContext, verdictOf } from './verdicts.ts';

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
  now: () => number;
  /** Told of every call's end that was neither success nor verdict. Returns when to try again. */
  onInterrupted(outcome: OneSignalOutcome, attempts: number): Retry;
  signal: AbortSignal;
}

/** Tries of one record before a fault of OneSignal's becomes a verdict. */
const MOST_ATTEMPTS = 10;

/** Carries out one unit and says what to commit. Rejects only for a defect of ours. */
export async function syncUnit(unit: Unit, options: UnitOptions): Promise<SyncResult> {
  const context: VerdictContext = { mappingVersion: options.mapping.version, now: options.now() };
  const result = emptyResult();
  for (const user of unit.users) {
    const retry = await syncUser(user, unit, options, result, context);
    if (retry !== undefined) return postponed(unit, result, retry);
  }
  // Only now may these records let go of their users: what they left behind there has been taken away.
  for (const { snapshot, reason } of unit.refused) {
    result.links.push({ recordId: snapshot.id, object: snapshot.object, userKey: null });
    result.verdicts.push(refusalOf(snapshot, reason, context));
  }
  for (const { record, absence } of unit.absent) {
    const isDeleted = absence === 'deleted';
    if (isDeleted) result.links.push({ recordId: record.recordId, object: record.object, userKey: null });
    result.verdicts.push(absenceVerdict(record, isDeleted ? 'RECORD_DELETED' : 'NOT_VISIBLE', context));
  }
  const absent = new Set(unit.absent.map(({ record }) => record.recordId));
  const leases = unit.leases.map(
    ({ recordId, generation }) => ({ kind: 'settled', recordId, generation, wasSeen: !absent.has(recordId) }) as const,
  );
  return { ...result, leases };
}

interface OpenResult {
  verdicts: VerdictToStore[];
  links: SyncResult['links'][number][];
  users: KnownUser[];
  forgottenUsers: string[];
}

function emptyResult(): OpenResult {
  return { verdicts: [], links: [], users: [], forgottenUsers: [] };
}

/** @returns undefined when the user is done, or when to try the unit again */
async function syncUser(
  user: UserToSync,
  unit: Unit,
  options: UnitOptions,
  result: OpenResult,
  context: VerdictContext,
): Promise<Retry | undefined> {
  const plan = planUser(user.key, user.members, options.settings, options.mapping);
  const known = options.known.get(user.key);
  const desired = desiredUser(user, plan, options.settings);
  const { end, user: after } =
    desired === undefined ? nothingToDo(known) : await carryOut(desired, known, unit, options);
  keepUser(user, known, after, result);
  for (const { snapshot } of user.members) {
    result.links.push({ recordId: snapshot.id, object: snapshot.object, userKey: user.key });
  }
  const retry = end.kind === 'interrupted' ? options.onInterrupted(end.outcome, attemptsOf(unit)) : undefined;
  if (retry !== undefined && !(retry.countsAsAttempt && attemptsOf(unit) + 1 >= MOST_ATTEMPTS)) return retry;
  const verdictEnd = end.kind === 'interrupted' ? exhausted(end.outcome) : end;
  const snapshots = new Map(user.members.map(({ snapshot }) => [snapshot.id, snapshot]));
  for (const planned of plan.outcomes) {
    const snapshot = snapshots.get(planned.recordId);
    if (snapshot !== undefined)
      result.verdicts.push(verdictOf(planned, snapshot, verdictEnd, after?.onesignalId ?? null, context));
  }
  return undefined;
}

/** @returns undefined when nothing may be sent for the user */
function desiredUser(user: UserToSync, plan: UserPlan, settings: Settings): DesiredUser | undefined {
  const { key, members } = user;
  if (!plan.isSendable) return undefined;
  if (members.length > 0) return { key, tags: plan.tags, aliases: plan.aliases, isToBeDeleted: false };
  if (user.hasUnseenRecord) return undefined;
  if (user.lostByDeletionOnly && settings.deletedRecord === 'Keep') return undefined;
  return {
    key,
    tags: {},
    aliases: {},
    isToBeDeleted: user.lostByDeletionOnly && settings.deletedRecord === 'DeleteUser',
  };
}

function carryOut(
  desired: DesiredUser,
  known: KnownUser | undefined,
  unit: Unit,
  options: UnitOptions,
): Promise<Applied> {
  const { client, now, asserted, signal } = options;
  const isBulk = unit.leases.every(({ lane }) => lane === 'bulk');
  return applyPlan(desired, known, {
    client,
    now,
    isForced: unit.leases.some(({ isForced }) => isForced),
    isAssertion: asserted.has(desired.key),
    callOptions: { lane: isBulk ? 'bulk' : 'live', signal },
  });
}

function nothingToDo(known: KnownUser | undefined): Applied {
  return { end: { kind: 'done' }, user: known === undefined ? undefined : { ...known, assertAt: null } };
}

/** A user that holds nothing of ours and has no record any more needs no row. */
function keepUser(
  user: UserToSync,
  known: KnownUser | undefined,
  after: KnownUser | undefined,
  result: OpenResult,
): void {
  const isIdle = user.members.length === 0 && !user.hasUnseenRecord;
  const holdsNothing = after === undefined || Object.keys({ ...after.tags, ...after.aliases }).length === 0;
  if (after === undefined || (isIdle && holdsNothing && after.assertAt === null)) {
    if (known !== undefined) result.forgottenUsers.push(user.key);
  } else {
    result.users.push(after);
  }
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

/** What was done so far is kept; the records stay due and get their verdict when the rest is done. */
function postponed(unit: Unit, result: OpenResult, { notBefore, countsAsAttempt }: Retry): SyncResult {
  const leases = unit.leases.map(
    ({ recordId, generation }) => ({ kind: 'postponed', recordId, generation, notBefore, countsAsAttempt }) as const,
  );
  return { ...result, verdicts: [], leases };
}
