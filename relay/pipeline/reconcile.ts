import { isRelayError, type RelayError } from '../config/relay-error.ts';
import { OBJECT_NAMES, type Snapshot } from '../mapping/record.ts';
import type { RecordPage, RecordReader, StampWindow } from '../salesforce/record-reader.ts';
import type { SalesforceSession } from '../salesforce/session.ts';
import type { RecordChange, Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type DueReason, dueReason } from './due-reason.ts';
import { FIRST_CROWD, readFirstCrowd } from './first-crowd.ts';
import { readWindows, takePages, type WindowEnd } from './read-windows.ts';
import { type ReconcileProgress, ReconcileTally } from './reconcile-tally.ts';
import type { Setup } from './setup.ts';
import { StampWindows } from './stamp-windows.ts';

/** SystemModstamp is set before the commit, so a row can turn up with a stamp that the mark has passed already. */
const OVERLAP_MS = 15 * 60_000;
/** While so many are due, those that come are treated like live changes; a larger crowd must not hold live ones up. */
const LIVE_CROWD = 1_000;
/** More than these in one window are read in smaller ones, so that a pass that is interrupted has not far to go back. */
const MOST_ROWS = 20_000;

export interface ReconcileOptions {
  store: Store;
  reader: RecordReader;
  session: SalesforceSession;
  setup: Setup;
  logger: Logger;
  now: () => number;
  onDue(): void;
}

export interface ReconcileRun {
  /** Called after each page and each window. */
  onProgress?: (progress: ReconcileProgress) => void;
  /** Reads and counts; makes nothing due and leaves the mark. */
  isDryRun?: boolean;
  /** Ends the pass before its next page. */
  signal?: AbortSignal;
}

export interface ReconcileResult extends ReconcileProgress {
  /** False when it was stopped: the next pass begins at the last window that was not finished. */
  isComplete: boolean;
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
  const { store, reader, session, setup, logger, now, onDue } = options;
  let leftToBackfill = 0;
  let tooSlow: RelayError | undefined;

  const commit = async (changes: readonly RecordChange[], mark: number | undefined) => {
    await store.commitReconciled({ changes, mark, at: now() });
    if (changes.length > 0) onDue();
  };

  const leave = async (count: number, before: number) => {
    leftToBackfill = count;
    await store.leaveToBackfill({ count, before });
    const next = 'They are synced at their next change, or when Resync is chosen on them.';
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
      else await store.leaveToBackfill(undefined);
      const changes = taken.map((record) => changeOf(record, 'unanswered', 0));
      await commit(changes, until);
    }
    tally.add(
      waiting.length,
      taken.map(() => 'unanswered'),
    );
    onProgress?.(tally.progress);
    return { ...tally.progress, isComplete: true };
  };

  const goOn = async (mark: number, until: number, { onProgress, isDryRun = false, signal }: ReconcileRun) => {
    const left = await store.leftToBackfill();
    leftToBackfill = left?.count ?? 0;
    // A crowd that was left must not come in through the overlap.
    const from = Math.max(mark - OVERLAP_MS, left?.before ?? Number.NEGATIVE_INFINITY);
    const windows = new StampWindows(from, until);
    const tally = new ReconcileTally({ from, until }, isDryRun);
    let crowd = (await store.counts()).due;

    const take = async ({ records }: RecordPage) => {
      const known = await store.knownRecords(records.map(({ id }) => id));
      const found = records.flatMap((record) => {
        const reason = dueReason(record, known.get(record.id), setup.mapping.version);
        return reason === undefined ? [] : [{ record, reason }];
      });
      if (!isDryRun && found.length > 0) {
        const changes = found.map(({ record, reason }, index) => changeOf(record, reason, crowd + index));
        await commit(changes, undefined);
      }
      crowd += found.length;
      tally.add(
        records.length,
        found.map(({ reason }) => reason),
      );
      onProgress?.(tally.progress);
    };

    const read = async (window: StampWindow): Promise<WindowEnd> => {
      tally.begin();
      for (const object of OBJECT_NAMES) {
        const end = await takePages(reader.changedIn(object, window), { windows, mostRows: MOST_ROWS, signal, take });
        if (end !== 'done') return end;
      }
      const readUpTo = window.to ?? until;
      // In the overlap the mark is ahead of what is read. What turns up late in this window is in the next pass's overlap.
      const isPastMark = window.to === undefined || window.to > mark;
      if (!isDryRun && isPastMark) await commit([], readUpTo);
      tally.end(readUpTo);
      onProgress?.(tally.progress);
      return 'done';
    };

    const isComplete = await readWindows(windows, read);
    return { ...tally.progress, isComplete };
  };

  const pass = async (runOptions: ReconcileRun) => {
    // Only where the next pass begins: what is newer is read too, since the clock we know may run behind the stamps.
    const until = session.now();
    const mark = await store.mark();
    return mark === undefined ? start(until, runOptions) : goOn(mark, until, runOptions);
  };

  return {
    async run(runOptions = {}) {
      try {
        const result = await pass(runOptions);
        if (result.isComplete) tooSlow = undefined;
        return result;
      } catch (error) {
        if (isRelayError(error) && error.code === 'RECONCILE_TOO_SLOW') tooSlow = error;
        throw error;
      }
    },
    get leftToBackfill() {
      return leftToBackfill;
    },
    get tooSlow() {
      return tooSlow;
    },
  };
}

/** @param crowd how many were due before */
function changeOf(record: Snapshot, reason: DueReason, crowd: number): RecordChange {
  return {
    recordId: record.id,
    object: record.object,
    isDeletion: reason === 'deleted',
    hint: undefined,
    isForced: reason === 'unanswered',
    lane: crowd < LIVE_CROWD ? 'live' : 'bulk',
  };
}
