import { DOUBT_MS } from '../config/onesignal-limits.ts';
import { isRelayError, type RelayError } from '../config/relay-error.ts';
import type { Mapping } from '../mapping/mapping-rows.ts';
import type { Settings } from '../mapping/settings.ts';
import { HeldPlace } from '../onesignal/held-place.ts';
import type { OneSignalClient } from '../onesignal/onesignal-contract.ts';
import type { RecordReader } from '../salesforce/record-reader.ts';
import type {
  KnownUser,
  LeasedRecord,
  LeaseResult,
  LinkedRecord,
  ReleasedUser,
  Store,
  SyncResult,
  UserClaim,
} from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { placeOf } from '../telemetry/stack-frames.ts';
import type { AddressStore } from './addresses/address-book.ts';
import { createAliasClaims } from './alias-claims.ts';
import { batchSize } from './batch-size.ts';
import type { Budget } from './budget/budget.ts';
import { type CommitQueue, createCommitQueue } from './commit-queue.ts';
import { type Gate, sleep } from './gate.ts';
import { type Gathered, gather, type RecordToRead } from './gather.ts';
import { createSyncJournal } from './journal/sync-journal.ts';
import { mayHold } from './may-hold.ts';
import { nothingHeld } from './nothing-held.ts';
import type { OneSignalRetries } from './onesignal-retries.ts';
import type { Setup } from './setup.ts';
import { createStartLine, type StartLine } from './start-line.ts';
import { createStoreHealth } from './store-health.ts';
import { syncUnit, type UnitResult } from './sync-unit.ts';
import { DEFECT_MS, resultOfDefect, unitOfUnread } from './unit-defect.ts';
import { cutIntoUnits, keysOf, laneOf, NOBODY, setOf, toClaim, type Unit } from './units.ts';
import { createUserHolds } from './user-holds.ts';
import type { WakeUp } from './wake-up.ts';

/** Each takes a view, of which OneSignal allows one a second: no more wait for their turn at once. */
const MOST_RETIRING = 3;
/** With full hands the worker looks again so soon after a unit has ended, ms. */
const BUSY_MS = 50;
/** The next batch is read so much earlier than it takes, ms: OneSignal's turns must never wait for it. */
const AHEAD_MS = 30;
/** Longer than any unit can take; only a process that died leaves a lease to run out. */
const LEASE_MS = 15 * 60_000;
/** A record whose user got another record meanwhile is read again after this. */
const AGAIN_MS = 100;
/** A user that another process is working on is asked for again after this. */
const BUSY_ELSEWHERE_MS = 500;
/** An assertion that could not start, or met a defect, waits this long. */
const ASSERT_AGAIN_MS = 1_000;
/** How often a resting worker looks for postponed records anyway. */
const LONGEST_REST_MS = 30_000;

export interface SyncWorkerOptions {
  /** Called after a commit that may leave stage transitions to tell. */
  onTransitions: () => void;
  store: Store;
  reader: RecordReader;
  client: OneSignalClient;
  setup: Setup;
  salesforceGate: Gate;
  onesignalGate: Gate;
  retries: OneSignalRetries;
  metrics: Metrics;
  logger: Logger;
  wakeUp: WakeUp;
  /** How long changes wait for others that are read with them, and whether any are read. */
  budget: Pick<Budget, 'windows' | 'mayDoBulk' | 'passable'>;
  /** As many requests as OneSignal may get from us. */
  requestsPerSecond: number;
  /** Records that may be under way at once. */
  capacity: number;
  /** The part under which this process works now. */
  epoch: () => number;
  now: () => number;
  salesforceNow: () => number;
  /** Told how long a change took from its receipt to its verdict, ms. */
  onLatency?: (ms: number) => void;
  /** Whether the journal is kept: somebody may read it. */
  isJournaled?: boolean;
  /** Whether moves between stages are kept, with their times. */
  keepsMoves?: boolean | undefined;
  /** Called when verdicts wait to be written back. */
  onVerdicts(): void;
}

/** What a batch is worked on with: the records were read for these rules, so they are planned with these. */
interface Rules {
  settings: Settings;
  mapping: Mapping;
}

interface Work {
  rules: Rules;
  known: ReadonlyMap<string, KnownUser>;
  /** Users that the store did not know until the work on them began. */
  newcomers: ReadonlySet<string>;
  asserted: ReadonlySet<string>;
  retiring: ReadonlySet<string>;
  interrupted: ReadonlySet<string>;
  addresses: AddressStore;
  epoch: number;
}

/** A unit that is held and may start. */
interface Prepared {
  unit: Unit;
  work: Work;
}

/**
 * What a look for due records came to. `busy`: there is no room for more. `enough`: what was read lasts for a while.
 * `nothing`: none that can be worked on. `some`: all that were due. `many`: more may wait.
 */
type Taken = 'busy' | 'enough' | 'nothing' | 'some' | 'many';

/** What was read of records, and under what. */
interface Reading {
  gathered: Gathered;
  rules: Rules;
  called: Called;
  /** The store's `linkChanges` before it was asked for any of them. */
  linksAsOf: number | undefined;
}

/** Users that are to be looked at although no record of theirs is due. */
interface Called {
  asserted: readonly string[];
  retiring: readonly string[];
}

export interface SyncWorker {
  /** Works until the signal aborts and everything under way has ended. */
  run(signal: AbortSignal): Promise<void>;
  readonly isStoreHealthy: boolean;
  /** True when the last run ended before the store took all that OneSignal was told. */
  readonly hasUnstored: boolean;
}

/** Leases due records, reads them as they are now, and brings their OneSignal users to what the mapping says. */
export function createSyncWorker(options: SyncWorkerOptions): SyncWorker {
  const { store, setup, wakeUp, now, logger, salesforceGate, onesignalGate } = options;
  const batch = batchSize(options.requestsPerSecond);
  const holds = createUserHolds();
  const claims = createAliasClaims(options);
  const assertNotBefore = new Map<string, number>();
  let unitsUnderWay = 0;
  let recordsUnderWay = 0;
  let onAllEnded: (() => void) | undefined;
  let takingMs = 0;
  /** Leased under this part, and not worked on. */
  let toPutBack: LeasedRecord[] = [];
  const health = createStoreHealth(logger);
  let commits: CommitQueue | undefined;
  let line: StartLine<Prepared> | undefined;
  let hasUnstored = false;
  let signal = AbortSignal.abort();

  const run = async (stopSignal: AbortSignal) => {
    signal = stopSignal;
    toPutBack = [];
    hasUnstored = false;
    commits = createCommitQueue(store, now, signal);
    line = createStartLine({ client: options.client, laneOf: ({ unit }) => laneOf(unit), start });
    while (!signal.aborted) {
      await onesignalGate.passable(signal);
      await options.budget.passable(signal);
      const taken = await salesforceGate.through(signal, () => takeBatch().catch(onFault));
      if (signal.aborted || taken === 'many') continue;
      // What comes meanwhile shares the next call.
      if (taken === 'some') await sleep(options.budget.windows.snapshotMs, signal);
      else if (taken === 'enough') await line.whenAtMost(lengthToKeep(), BUSY_MS, signal);
      else await rest(taken === 'busy' ? BUSY_MS : options.budget.windows.snapshotMs);
    }
    line.startAll();
    line.close();
    await allEnded();
    await putBackReleased().catch(() => undefined);
  };

  const allEnded = async () => {
    if (unitsUnderWay === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    onAllEnded = resolve;
    await promise;
  };

  const rest = async (settleMs: number) => {
    const next = await store.nextAttemptAt().catch(() => undefined);
    const wait = Math.min(LONGEST_REST_MS, Math.max(settleMs, (next?.sync ?? Number.POSITIVE_INFINITY) - now()));
    await wakeUp.wait(wait, signal);
    await sleep(settleMs, signal);
  };

  const takeBatch = async (): Promise<Taken> => {
    await putBackReleased();
    if (setup.settings.isPaused) return 'nothing';
    if (recordsUnderWay > options.capacity - batch) return 'busy';
    if ((line?.length ?? 0) > lengthToKeep()) return 'enough';
    const began = now();
    const taken = await takeDue();
    if (taken !== 'nothing') takingMs = now() - began;
    return taken;
  };

  /** So many that wait to start last until the next batch is read, if that takes as long as the last one did. */
  const lengthToKeep = () => (options.requestsPerSecond / 1_000) * (takingMs + AHEAD_MS);

  const takeDue = async (): Promise<Taken> => {
    const isLiveOnly = !options.budget.mayDoBulk;
    const linksAsOf = store.linkChanges();
    const leases = await store.leaseDue({
      epoch: options.epoch(),
      limit: batch,
      now: now(),
      leaseMs: LEASE_MS,
      isLiveOnly,
    });
    const taken = leases.length === batch ? 'many' : 'some';
    const called = await takeCalled().catch((error: unknown) => {
      toPutBack.push(...leases);
      throw error;
    });
    health.works();
    const [waiting, ready] = split(leases, ({ userKey }) => userKey !== null && holds.isHeld(userKey));
    for (const lease of waiting) holds.park(lease.userKey === null ? [] : [lease.userKey], [lease]);
    if (ready.length + keysCalled(called).length === 0) return 'nothing';
    try {
      await startUnits(ready, called, linksAsOf);
    } catch (error) {
      if (!isRelayError(error)) {
        await startEach(ready, called, linksAsOf, error);
        return taken;
      }
      toPutBack.push(...ready);
      // The first fault is the one to tell.
      await putBackReleased().catch(() => undefined);
      throw error;
    }
    return taken;
  };

  /** A defect of ours on one record must not hold up those that were leased with it. */
  const startEach = async (
    leases: readonly LeasedRecord[],
    called: Called,
    linksAsOf: number | undefined,
    defect: unknown,
  ) => {
    for (const key of keysCalled(called)) assertNotBefore.set(key, now() + DEFECT_MS);
    for (const lease of leases) {
      try {
        await startUnits([lease], { asserted: [], retiring: [] }, linksAsOf);
      } catch (error) {
        if (isRelayError(error)) toPutBack.push(lease);
        else await onUnitDefect(unitOfUnread(lease), { epoch: options.epoch(), interrupted: NOBODY }, error);
      }
    }
    if (leases.length === 0) logger.error('The sync worker met a defect.', { where: placeOf(defect) });
  };

  const takeCalled = async (): Promise<Called> => {
    const isFree = (key: string) => !holds.isHeld(key) && (assertNotBefore.get(key) ?? 0) <= now();
    const asserted = await store.usersToAssert({ limit: batch, now: now() });
    const retiring = await store.usersToRetire({ limit: MOST_RETIRING, now: now() });
    return { asserted: asserted.filter(isFree), retiring: retiring.filter(isFree) };
  };

  const putBackAll = async (leases: readonly LeasedRecord[], notBefore: number) => {
    if (leases.length === 0) return;
    const putBack = { leases: leases.map((lease) => postponed(lease, notBefore)), ...NOTHING_ELSE };
    await store.commitSync([{ ...putBack, epoch: options.epoch(), released: [] }], now());
  };
  /** What a store that fails does not take back now, it is offered again: else it would lie until its lease runs out. */
  const putBackReleased = async () => {
    toPutBack.push(...holds.takeReleased());
    await putBackAll(toPutBack, now());
    toPutBack = [];
  };

  const startUnits = async (leases: readonly LeasedRecord[], called: Called, linksAsOf: number | undefined) => {
    const rules = { settings: setup.settings, mapping: setup.mapping };
    const keys = keysCalled(called);
    const linked: RecordToRead[] =
      keys.length === 0 ? [] : await store.linkedRecords({ userKeys: keys, recordIds: [] });
    const tiedTo = (asked: readonly string[]) => claims.of(asked).map(({ holder }) => holder);
    const { settings } = rules;
    const gathered = await gather([...leases, ...linked], { store, reader: options.reader, settings, tiedTo });
    salesforceGate.open();
    // Read under one mapping and planned under another, a field would look blank and its tag would be taken away.
    if (setup.mapping.version !== rules.mapping.version) return putBackAll(leases, now());
    const ties = claims.of(usersOf(gathered)).map(({ key, holder }) => [key, holder] as const);
    const units = cutIntoUnits(gathered, leases, keys, ties);
    const [held, busy] = split(units, (unit) => holds.hold(keysOf(unit)));
    for (const unit of busy) holds.park(keysOf(unit), unit.leases);
    putOffAssertions(busy, ASSERT_AGAIN_MS);
    try {
      await startHeld(held, { gathered, rules, called, linksAsOf });
    } catch (error) {
      for (const unit of held) letGo(unit);
      throw error;
    }
  };

  const putOffAssertions = (units: readonly Unit[], milliseconds: number) => {
    for (const key of units.flatMap(keysOf)) assertNotBefore.set(key, now() + milliseconds);
  };

  /** What the store says of users is read only after they are held, or another unit could change it in between. */
  const startHeld = async (held: readonly Unit[], reading: Reading) => {
    const { gathered, rules, called } = reading;
    const epoch = options.epoch();
    const claims = await claimAll(held, epoch);
    const [claimed, elsewhere] = split(held, (unit) => claims.has(unit));
    await turnAway(elsewhere, [], epoch, BUSY_ELSEWHERE_MS);
    const news = await linksSince(reading, claimed);
    const strangers = new Set(news.flatMap(({ recordId, userKey }) => [recordId, userKey]));
    const isStranger = (name: string) => strangers.has(name);
    const [incomplete, complete] = split(
      claimed,
      ({ users, recordIds }) => users.some(({ key }) => isStranger(key)) || recordIds.some(isStranger),
    );
    const keys = complete.flatMap(keysOf);
    const known = withStaleClaims(await store.users(keys), keys, rules);
    await turnAway(
      incomplete,
      incomplete.flatMap((unit) => claims.get(unit) ?? []),
      epoch,
      AGAIN_MS,
    );
    const newcomers = await noteBeforehand(complete, gathered, known, epoch);
    const [asserted, retiring] = [new Set(called.asserted), new Set(called.retiring)];
    const addresses = addressStoreUnder(epoch);
    for (const unit of complete) {
      const ofDead = (claims.get(unit) ?? []).filter(({ wasInterrupted }) => wasInterrupted);
      const interrupted = setOf(ofDead.map(({ key }) => key));
      recordsUnderWay += unit.leases.length;
      line?.add({ unit, work: { rules, known, newcomers, asserted, retiring, interrupted, addresses, epoch } });
    }
  };

  /** Whom records stand for, where that is not what was read. */
  const linksSince = async ({ gathered, linksAsOf }: Reading, units: readonly Unit[]): Promise<LinkedRecord[]> => {
    if (linksAsOf !== undefined && linksAsOf === store.linkChanges()) return [];
    const links = await store.linkedRecords({
      userKeys: units.flatMap(keysOf),
      recordIds: units.flatMap(({ recordIds }) => recordIds),
    });
    return links.filter(({ recordId, userKey }) => gathered.records.get(recordId)?.userKey !== userKey);
  };

  /** A user that was found to hold an alias of another is told apart from what the store takes it to hold. */
  const withStaleClaims = (users: ReadonlyMap<string, KnownUser>, keys: readonly string[], rules: Rules) => {
    const known = new Map(users);
    for (const { holder, label, id } of claims.of(keys)) {
      const user = known.get(holder) ?? mayHold(holder, rules.settings, rules.mapping);
      known.set(holder, { ...user, aliases: { ...user.aliases, [label]: id } });
    }
    return known;
  };

  /**
   * Which user a record stands for must be known before the user is written to: after a kill in the middle of the first
   * write the record may be gone, or stand for another user, and only the store tells whose tags to take away. A record
   * that is linked to another user stays so until that one is free of it: then the new user is to be looked at once more.
   * @returns the users of which that was noted
   */
  const noteBeforehand = async (
    units: readonly Unit[],
    gathered: Gathered,
    known: ReadonlyMap<string, KnownUser>,
    epoch: number,
  ): Promise<ReadonlySet<string>> => {
    const links: SyncResult['links'][number][] = [];
    const newcomers = new Set<string>();
    for (const { key, members } of units.flatMap(({ users }) => users)) {
      for (const { snapshot } of members) {
        const isLinked = gathered.records.get(snapshot.id)?.userKey !== null;
        if (!isLinked) links.push({ recordId: snapshot.id, object: snapshot.object, userKey: key });
        else if (!known.has(key)) newcomers.add(key);
      }
    }
    for (const { userKey } of links) if (userKey !== null) newcomers.delete(userKey);
    const users = [...newcomers].map((key) => ({ ...nothingHeld(key), assertAt: now() + DOUBT_MS }));
    const note = { ...NOTHING_ELSE, leases: [], links, users, epoch, released: [] };
    if (links.length + users.length > 0) await store.commitSync([note], now());
    return newcomers;
  };

  /** Other processes may be at work on the same users, or may have written to them an instant ago. */
  const claimAll = async (units: readonly Unit[], epoch: number): Promise<Map<Unit, UserClaim[]>> => {
    const claims = await store.claimUsers(units.map(toClaim), epoch);
    const taken = new Map<Unit, UserClaim[]>();
    units.forEach((unit, index) => {
      const ofUnit = claims[index];
      if (ofUnit === undefined) return;
      taken.set(unit, ofUnit);
      for (const { key, freeAt } of ofUnit) if (freeAt > now()) options.client.restUser(key, freeAt - now());
    });
    return taken;
  };

  const turnAway = async (units: readonly Unit[], claims: readonly UserClaim[], epoch: number, forMs: number) => {
    if (units.length === 0) return;
    const leases = units.flatMap((unit) => unit.leases.map((lease) => postponed(lease, now() + forMs)));
    const released = claims.map(({ key, freeAt, wasInterrupted }) => ({ key, freeAt, isInDoubt: wasInterrupted }));
    await store.commitSync([{ leases, ...NOTHING_ELSE, epoch, released }], now());
    putOffAssertions(units, ASSERT_AGAIN_MS);
    for (const unit of units) letGo(unit);
  };

  const letGo = (unit: Unit) => holds.letGo(keysOf(unit));

  const start = async ({ unit, work }: Prepared) => {
    const place = new HeldPlace();
    unitsUnderWay += 1;
    try {
      await carryOut(unit, work, place);
    } catch (error) {
      await onUnitDefect(unit, work, error);
    } finally {
      place.free();
      letGo(unit);
      recordsUnderWay -= unit.leases.length;
      unitsUnderWay -= 1;
      if (unitsUnderWay === 0) onAllEnded?.();
      wakeUp.wake();
    }
  };

  const carryOut = async (unit: Unit, work: Work, place: HeldPlace) => {
    const { retries } = options;
    const { epoch, interrupted, newcomers } = work;
    const journal = options.isJournaled === true ? createSyncJournal(unit, options.client, now) : undefined;
    const client = journal?.client ?? options.client;
    const keys = keysOf(unit);
    const name = unit.leases[0]?.recordId ?? keys.join();
    const result = await syncUnit(unit, {
      settings: work.rules.settings,
      mapping: work.rules.mapping,
      known: work.known,
      asserted: work.asserted,
      retiring: work.retiring,
      interrupted,
      addresses: work.addresses,
      client,
      claims,
      now,
      salesforceNow: options.salesforceNow,
      keepsMoves: options.keepsMoves,
      onInterrupted: (outcome, attempts) => retries.onInterrupted(outcome, attempts, name),
      journal,
      place,
      signal,
    });
    if (result.leases.some(({ kind }) => kind === 'settled')) {
      retries.onSettled(name);
      claims.forget(keys);
    }
    measure(unit, result);
    const released = releasedWith(keys, result, interrupted);
    const forgottenUsers = [...result.forgottenUsers, ...untouched(newcomers, keys, result)];
    const entries = journal?.entries(result.verdicts) ?? [];
    await commits?.commit({ ...result, forgottenUsers, epoch, released, journal: entries });
    for (const key of keys) assertNotBefore.delete(key);
    if (result.verdicts.length > 0) options.onVerdicts();
    if (result.transitions !== undefined && result.transitions.length > 0) options.onTransitions();
  };

  const addressStoreUnder = (epoch: number): AddressStore => ({
    addressesOf: (asked) => untilStored(() => store.addressesOf(asked)),
    claimAddresses: (wanted) => untilStored(() => store.claimAddresses(wanted, epoch, now())),
  });

  /** A store that fails in the middle of a unit is no fault of its records. */
  const untilStored = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!isRelayError(error) || error.code !== 'STORE_FAILED' || signal.aborted) throw error;
        health.failed(error);
        await sleep(1_000, signal);
      }
    }
  };

  /** A doubt lasts until a result that says so is in the store. */
  const releasedWith = (
    keys: readonly string[],
    { leases }: UnitResult,
    interrupted: ReadonlySet<string>,
  ): ReleasedUser[] => {
    const isOpen = leases.some(({ kind }) => kind === 'postponed');
    return keys.map((key) => ({
      key,
      freeAt: now() + options.client.restMs(key),
      isInDoubt: isOpen && interrupted.has(key),
    }));
  };

  const measure = (unit: Unit, result: UnitResult) => {
    for (const { recordId, status, reason } of result.verdicts) {
      const lease = unit.leases.find((one) => one.recordId === recordId);
      if (lease === undefined) continue;
      options.metrics.outcomes.inc({ status, reason });
      const latency = Math.max(0, now() - lease.dueSince);
      options.metrics.syncLatency.observe(latency / 1000);
      options.onLatency?.(latency);
    }
  };

  /** One record's defect must not stop the others, and must not be tried for ever at full speed. */
  const onUnitDefect = async (
    unit: Unit,
    { epoch, interrupted }: Pick<Work, 'epoch' | 'interrupted'>,
    error: unknown,
  ) => {
    const code = isRelayError(error) ? error.code : 'DEFECT';
    // Where the part or the process ends, the records are due as before for whoever comes next.
    const isOver = code === 'PART_LOST' || (code === 'STORE_FAILED' && signal.aborted);
    hasUnstored ||= isOver;
    if (isOver) return;
    logger.error('A record could not be worked on.', {
      code,
      records: unit.leases.map(({ recordId }) => recordId),
      where: placeOf(error),
    });
    putOffAssertions([unit], DEFECT_MS);
    const context = { mappingVersion: setup.mapping.version, now: options.salesforceNow() };
    const result = resultOfDefect(unit, context, now());
    const released = releasedWith(keysOf(unit), result, interrupted);
    await commits?.commit({ ...result, epoch, released }).catch(() => undefined);
    if (result.verdicts.length > 0) options.onVerdicts();
  };

  const onFault = async (error: unknown): Promise<Taken> => {
    if (!isRelayError(error)) logger.error('The sync worker met a defect.', { where: placeOf(error) });
    else if (error.code === 'STORE_FAILED') health.failed(error);
    else if (error.code === 'PART_LOST') return 'nothing';
    else await onSalesforceFault(error);
    await sleep(1_000, signal);
    return 'many';
  };

  const onSalesforceFault = async (error: RelayError) => {
    // A mapping row may name a field that is gone since: a fresh look at the fields leaves the row out.
    if (error.code === 'SALESFORCE_QUERY_REFUSED') await setup.refresh().catch(() => undefined);
    salesforceGate.close(error);
  };

  return {
    run,
    get isStoreHealthy() {
      return health.isHealthy && (commits?.isHealthy ?? true);
    },
    get hasUnstored() {
      return hasUnstored;
    },
  };
}

/** Every user that a record stands for, now or until now. */
function usersOf({ records, identities }: Gathered): string[] {
  const now = [...identities.values()].flatMap((identity) => ('externalId' in identity ? [identity.externalId] : []));
  return [...new Set([...now, ...[...records.values()].flatMap(({ userKey }) => userKey ?? [])])];
}

function keysCalled({ asserted, retiring }: Called): string[] {
  return [...asserted, ...retiring];
}

/** Users of the unit on which nothing was found to be kept. */
function untouched(newcomers: ReadonlySet<string>, keys: readonly string[], { users }: UnitResult): string[] {
  return keys.filter((key) => newcomers.has(key) && !users.some((user) => user.key === key));
}

/** Those that pass the test, and the others. */
function split<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  const passed: T[] = [];
  const others: T[] = [];
  for (const one of all) (test(one) ? passed : others).push(one);
  return [passed, others];
}

function postponed({ recordId, generation }: LeasedRecord, notBefore: number): LeaseResult {
  return { kind: 'postponed', recordId, generation, notBefore, countsAsAttempt: false };
}

const NOTHING_ELSE = { verdicts: [], links: [], users: [], forgottenUsers: [] };
