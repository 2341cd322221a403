import { isRelayError, type RelayError } from '../config/relay-error.ts';
import type { RecordReader } from '../salesforce/record-reader.ts';
import type { SalesforceSession } from '../salesforce/session.ts';
import type { RecordChange, Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { FIRST_CROWD, readFirstCrowd } from './first-crowd.ts';
import { changeOf, reconcileSince } from './reconcile-since.ts';
import { type ReconcileResult, type ReconcileRun, ReconcileTally } from './reconcile-tally.ts';
import type { Setup } from './setup.ts';

export interface ReconcileOptions {
  store: Store;
  reader: RecordReader;
  session: SalesforceSession;
  setup: Setup;
  logger: Logger;
  /** The part under which this process works now. */
  epoch: () => number;
  now: () => number;
  onDue(): void;
}

export interface Reconcile {
  /**
   * Reads everything changed since the mark and makes due what has no verdict. The mark moves up to the end of each
   * window that was read, so a pass that is stopped or rejects (with RelayError) goes on there.
   */
  run(options?: ReconcileRun): Promise<ReconcileResult>;
  /** Records that waited for a sync before this store knew them and were too many to take unasked. */
  readonly leftToBackfill: number;
  /** Why the mark does not move, when that is because Salesforce is too slow; undefined once a pass got through. */
  readonly tooSlow: RelayError | undefined;
}

export function createReconcile(options: ReconcileOptions): Reconcile {
  const { store, reader, session, setup, logger, epoch, now, onDue } = options;
  let leftToBackfill = 0;
  let tooSlow: RelayError | undefined;

  const commit = async (changes: readonly RecordChange[], mark: number | undefined) => {
    await store.commitReconciled({ epoch: epoch(), changes, mark, at: now() });
    if (changes.length > 0) onDue();
  };

  const leave = async (count: number, before: number) => {
    leftToBackfill = count;
    await store.leaveToBackfill({ count, before }, epoch());
    const next = 'Take them with `backfill --due`; else they are synced at their next change or Resync.';
    logger.warn(
      `More than ${FIRST_CROWD} records waited for a sync before this store knew them. They are left as they are.`,
      { next },
    );
  };

  /** Without a mark there is no "since": it starts now, and a small crowd that waits for a sync is taken along. */
  const start = async (until: number, { onProgress, isDryRun = false, signal }: ReconcileRun) => {
    const tally = new ReconcileTally({ from: until, until }, isDryRun);
    const waiting = await readFirstCrowd(reader, until, signal);
    if (waiting === undefined) return { ...tally.progress, isComplete: false };
    const taken = waiting.length <= FIRST_CROWD ? waiting : [];
    if (!isDryRun) {
      if (taken.length < waiting.length) await leave(waiting.length, until + 1_000);
      else await store.leaveToBackfill(undefined, epoch());
      const changes = taken.map((record) => changeOf({ record, reason: 'unanswered' }, 'live'));
      await commit(changes, until);
    }
    tally.add(
      waiting.length,
      taken.map(() => 'unanswered'),
    );
    onProgress?.(tally.progress);
    return { ...tally.progress, isComplete: true };
  };

  const goOn = async (mark: number, until: number, run: ReconcileRun) => {
    const left = await store.leftToBackfill();
    leftToBackfill = left?.count ?? 0;
    // A crowd that was left must not come in through the overlap.
    const earliest = left?.before ?? Number.NEGATIVE_INFINITY;
    return reconcileSince({ mark, until, earliest }, run, { store, reader, setup, commit });
  };

  const pass = async (runOptions: ReconcileRun) => {
    // Only where the next pass begins: what is newer is read too, since the clock we know may run behind the stamps.
    const until = session.now();
    const mark = await store.mark();
    return mark === undefined ? start(until, runOptions) : goOn(mark, until, runOptions);
  };

  const runPass = async (runOptions: ReconcileRun) => {
    try {
      const result = await pass(runOptions);
      if (result.isComplete) tooSlow = undefined;
      return result;
    } catch (error) {
      if (isRelayError(error) && error.code === 'RECONCILE_TOO_SLOW') tooSlow = error;
      throw error;
    }
  };

  /** The schedule and a command may ask at once: one pass at a time. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  return {
    run: (runOptions = {}) => inTurn(() => runPass(runOptions)),
    get leftToBackfill() {
      return leftToBackfill;
    },
    get tooSlow() {
      return tooSlow;
    },
  };
}
