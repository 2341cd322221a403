import { isRelayError, type RelayError } from '../config/relay-error.ts';
import type { OneSignalClient } from '../onesignal/onesignal-contract.ts';
import type { RecordReader } from '../salesforce/record-reader.ts';
import type { KnownUser, LeasedRecord, LeaseResult, Store, SyncResult } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type CommitQueue, createCommitQueue } from './commit-queue.ts';
import { type Gate, sleep } from './gate.ts';
import { type Gathered, gather, type RecordToRead } from './gather.ts';
import type { createOneSignalRetries } from './onesignal-retries.ts';
import type { Setup } from './setup.ts';
import { syncUnit } from './sync-unit.ts';
import { cutIntoUnits, type Unit } from './units.ts';
import type { WakeUp } from './wake-up.ts';

/** Records that one snapshot reads. */
const BATCH = 200;
/** Changes that come together are read together. */
const SETTLE_MS = 50;
/** Longer than any unit can take; only a process that died leaves a lease to run out. */
const LEASE_MS = 15 * 60_000;
/** A record whose user another unit works on is looked at again after this. */
const BUSY_MS = 100;
/** How often a resting worker looks for postponed records anyway. */
const LONGEST_REST_MS = 30_000;

export interface SyncWorkerOptions {
  store: Store;
  reader: RecordReader;
  client: OneSignalClient;
  setup: Setup;
  salesforceGate: Gate;
  onesignalGate: Gate;
  retries: ReturnType<typeof createOneSignalRetries>;
  metrics: Metrics;
  logger: Logger;
  wakeUp: WakeUp;
  /** Records that may be under way at once. */
  capacity: number;
  now: () => number;
  /** Called when verdicts wait to be written back. */
  onVerdicts(): void;
}

type KnownUsers = ReadonlyMap<string, KnownUser>;

export interface SyncWorker {
  /** Works until the signal aborts and everything under way has ended. */
  run(signal: AbortSignal): Promise<void>;
  readonly isStoreHealthy: boolean;
}

/** Leases due records, reads them as they are now, and brings their OneSignal users to what the mapping says. */
export function createSyncWorker(options: SyncWorkerOptions): SyncWorker {
  const { store, setup, wakeUp, now, logger, salesforceGate, onesignalGate } = options;
  const busyUsers = new Set<string>();
  const underWay = new Set<Promise<void>>();
  let recordsUnderWay = 0;
  let commits: CommitQueue | undefined;
  let signal = AbortSignal.abort();

  const run = async (stopSignal: AbortSignal) => {
    signal = stopSignal;
    commits = createCommitQueue(store, now, signal);
    while (!signal.aborted) {
      await onesignalGate.passable(signal);
      await salesforceGate.passable(signal);
      if (signal.aborted) break;
      const found = await takeBatch().catch(onFault);
      if (!found && !signal.aborted) await rest();
    }
    await Promise.allSettled(underWay);
  };

  const rest = async () => {
    const next = await store.nextAttemptAt().catch(() => undefined);
    const wait = Math.min(LONGEST_REST_MS, Math.max(SETTLE_MS, (next?.sync ?? Number.POSITIVE_INFINITY) - now()));
    await wakeUp.wait(wait, signal);
    await sleep(SETTLE_MS, signal);
  };

  /** @returns false when there is nothing to do now */
  const takeBatch = async (): Promise<boolean> => {
    if (setup.settings.isPaused || recordsUnderWay > options.capacity - BATCH) return false;
    const leases = await store.leaseDue({ limit: BATCH, now: now(), leaseMs: LEASE_MS });
    const asserted = (await store.usersToAssert({ limit: BATCH, now: now() })).filter((key) => !busyUsers.has(key));
    if (leases.length + asserted.length === 0) return false;
    try {
      await startUnits(leases, asserted);
    } catch (error) {
      const putBacks = onlyLeases(leases.map((lease) => putBack(lease, now())));
      // Where even this fails the leases run out by themselves; the first fault is the one to tell.
      await store.commitSync([putBacks], now()).catch(() => undefined);
      throw error;
    }
    return true;
  };

  const startUnits = async (leases: readonly LeasedRecord[], asserted: readonly string[]) => {
    const linked: RecordToRead[] = asserted.length === 0 ? [] : await store.linkedRecords(asserted);
    const gathered = await gather([...leases, ...linked], { store, reader: options.reader, settings: setup.settings });
    salesforceGate.open();
    const units = cutIntoUnits(gathered, leases, asserted);
    const held = units.filter(hold);
    try {
      await startHeld(units, held, gathered, new Set(asserted));
    } catch (error) {
      held.forEach(letGo);
      throw error;
    }
  };

  /** What the store says of users is read only after they are held, or another unit could change it in between. */
  const startHeld = async (
    units: readonly Unit[],
    held: readonly Unit[],
    gathered: Gathered,
    asserted: ReadonlySet<string>,
  ) => {
    const links = await store.linkedRecords(held.flatMap(keysOf));
    const strangers = new Set(
      links.filter(({ recordId }) => !gathered.records.has(recordId)).map(({ userKey }) => userKey),
    );
    const ready = new Set(held.filter((unit) => !keysOf(unit).some((key) => strangers.has(key))));
    const known = await store.users([...ready].flatMap(keysOf));
    const later = units.filter((unit) => !ready.has(unit)).flatMap(({ leases }) => leases);
    if (later.length > 0)
      await store.commitSync([onlyLeases(later.map((lease) => putBack(lease, now() + BUSY_MS)))], now());
    for (const unit of held) if (!ready.has(unit)) letGo(unit);
    for (const unit of ready) start(unit, known, asserted);
  };

  const hold = (unit: Unit): boolean => {
    if (keysOf(unit).some((key) => busyUsers.has(key))) return false;
    for (const key of keysOf(unit)) busyUsers.add(key);
    return true;
  };
  const letGo = (unit: Unit) => {
    for (const key of keysOf(unit)) busyUsers.delete(key);
  };

  const start = (unit: Unit, known: KnownUsers, asserted: ReadonlySet<string>) => {
    recordsUnderWay += unit.leases.length;
    const work = carryOut(unit, known, asserted)
      .catch((error: unknown) => onUnitDefect(unit, error))
      .finally(() => {
        letGo(unit);
        recordsUnderWay -= unit.leases.length;
        underWay.delete(work);
        wakeUp.wake();
      });
    underWay.add(work);
  };

  const carryOut = async (unit: Unit, known: KnownUsers, asserted: ReadonlySet<string>) => {
    const { client, retries } = options;
    const { settings, mapping } = setup;
    const { onInterrupted } = retries;
    const result = await syncUnit(unit, { client, settings, mapping, known, asserted, now, onInterrupted, signal });
    if (result.leases.some(({ kind }) => kind === 'settled')) retries.onAnswered();
    measure(unit, result);
    await commits?.commit(result);
    if (result.verdicts.length > 0) options.onVerdicts();
  };

  const measure = (unit: Unit, result: SyncResult) => {
    const due = new Map(unit.leases.map((lease) => [lease.recordId, lease]));
    for (const { recordId, status, reason } of result.verdicts) {
      const lease = due.get(recordId);
      if (lease === undefined) continue;
      options.metrics.outcomes.inc({ status, reason });
      options.metrics.syncLatency.observe(Math.max(0, now() - lease.dueSince) / 1000);
    }
  };

  /** One record's defect must not stop the others, and must not be tried for ever at full speed. */
  const onUnitDefect = async (unit: Unit, error: unknown) => {
    const code = isRelayError(error) ? error.code : 'DEFECT';
    logger.error('A record could not be worked on.', {
      code,
      records: unit.leases.map(({ recordId }) => recordId),
      where: whereOf(error),
    });
    await commits
      ?.commit(onlyLeases(unit.leases.map((lease) => ({ ...putBack(lease, now() + 60_000), countsAsAttempt: true }))))
      .catch(() => undefined);
  };

  const onFault = async (error: unknown): Promise<boolean> => {
    if (!isRelayError(error)) logger.error('The sync worker met a defect.', { where: whereOf(error) });
    else if (error.code === 'STORE_FAILED') logger.error(error.message, { code: error.code, next: error.nextStep });
    else await onSalesforceFault(error);
    await sleep(1_000, signal);
    return true;
  };

  const onSalesforceFault = async (error: RelayError) => {
    // A mapping row may name a field that is gone since: a fresh look at the fields leaves the row out.
    if (error.code === 'SALESFORCE_QUERY_REFUSED') await setup.refresh().catch(() => undefined);
    salesforceGate.close(error);
  };

  return {
    run,
    get isStoreHealthy() {
      return commits?.isHealthy ?? true;
    },
  };
}

function keysOf(unit: Unit): string[] {
  return unit.users.map(({ key }) => key);
}

function putBack({ recordId, generation }: LeasedRecord, notBefore: number): LeaseResult {
  return { kind: 'postponed', recordId, generation, notBefore, countsAsAttempt: false };
}

function onlyLeases(leases: readonly LeaseResult[]): SyncResult {
  return { leases, verdicts: [], links: [], users: [], forgottenUsers: [] };
}

/** The first line of the stack: a place in our code, never a message that could quote data. */
function whereOf(error: unknown): string {
  const stack = error instanceof Error ? error.stack : undefined;
  return (
    stack
      ?.split('\n')
      .find((line) => /^\s+at /.test(line))
      ?.trim() ?? 'unknown'
  );
}
