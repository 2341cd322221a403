import { OBJECT_NAMES, type Snapshot } from '../mapping/record.ts';
import type { RecordReader } from '../salesforce/record-reader.ts';
import type { SalesforceSession } from '../salesforce/session.ts';
import type { RecordChange, Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type DueReason, dueReason } from './due-reason.ts';
import type { Setup } from './setup.ts';

/** SystemModstamp is set before the commit, so a row can turn up with a stamp that the mark has passed already. */
const OVERLAP_MS = 15 * 60_000;
/** Up to so many records a pass makes due are treated like live changes; a larger crowd must not hold those up. */
const LIVE_CROWD = 1_000;
/** What a first or emptied store takes without being asked. */
const FIRST_CROWD = 1_000;

export interface ReconcileOptions {
  store: Store;
  reader: RecordReader;
  session: SalesforceSession;
  setup: Setup;
  logger: Logger;
  now: () => number;
  onDue(): void;
}

export interface Reconcile {
  /** Reads everything changed since the mark and makes due what has no verdict. Rejects with RelayError; the mark then stays. */
  run(): Promise<{ read: number; due: number }>;
  /** Records that waited for a sync before this store knew them and were too many to take unasked. */
  readonly leftToBackfill: number;
}

export function createReconcile({ store, reader, session, setup, logger, now, onDue }: ReconcileOptions): Reconcile {
  let leftToBackfill = 0;
  /** A crowd that was left must not come in through the overlap of the passes that follow. */
  let earliest = Number.NEGATIVE_INFINITY;

  const changeOf = (record: Snapshot, reason: DueReason, crowd: number): RecordChange => ({
    recordId: record.id,
    object: record.object,
    isDeletion: reason === 'deleted',
    hint: undefined,
    isForced: reason === 'unanswered',
    lane: crowd < LIVE_CROWD ? 'live' : 'bulk',
  });

  const takePage = async (page: readonly Snapshot[], alreadyDue: number): Promise<number> => {
    const known = await store.knownRecords(page.map(({ id }) => id));
    const changes = page.flatMap((record) => {
      const reason = dueReason(record, known.get(record.id), setup.mapping.version);
      return reason === undefined ? [] : [changeOf(record, reason, alreadyDue)];
    });
    if (changes.length > 0) {
      await store.commitReconciled({ changes, mark: undefined, at: now() });
      onDue();
    }
    return changes.length;
  };

  /** Without a mark there is no "since": it starts now, and a small crowd that waits for a sync is taken along. */
  const start = async (to: number) => {
    const waiting: Snapshot[] = [];
    for (const object of OBJECT_NAMES) {
      for await (const page of reader.unanswered(object)) {
        waiting.push(
          ...page.filter(({ requestedAt, status }) => requestedAt !== null && requestedAt !== status.answeredAt),
        );
        if (waiting.length > FIRST_CROWD) break;
      }
    }
    const isTaken = waiting.length <= FIRST_CROWD;
    leftToBackfill = isTaken ? 0 : waiting.length;
    earliest = isTaken ? Number.NEGATIVE_INFINITY : to + 1_000;
    const changes = isTaken ? waiting.map((record) => changeOf(record, 'unanswered', 0)) : [];
    await store.commitReconciled({ changes, mark: to, at: now() });
    if (!isTaken) {
      const next = 'They are synced at their next change, or when Resync is chosen on them.';
      logger.warn(
        `More than ${FIRST_CROWD} records waited for a sync before this store knew them. They are left as they are.`,
        { next },
      );
    }
    if (changes.length > 0) onDue();
    return { read: waiting.length, due: changes.length };
  };

  const run = async () => {
    // Only where the next pass begins: what is newer is read too, since the clock we know may run behind the stamps.
    const to = session.now();
    const mark = await store.mark();
    if (mark === undefined) return start(to);
    let [read, due] = [0, 0];
    for (const object of OBJECT_NAMES) {
      for await (const page of reader.changedSince(object, Math.max(earliest, mark - OVERLAP_MS))) {
        read += page.length;
        due += await takePage(page, due);
      }
    }
    await store.commitReconciled({ changes: [], mark: to, at: now() });
    return { read, due };
  };

  return {
    run,
    get leftToBackfill() {
      return leftToBackfill;
    },
  };
}
