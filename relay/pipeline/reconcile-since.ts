import { OBJECT_NAMES, type ObjectName, type Snapshot } from '../mapping/record.ts';
import type { RecordPage, RecordReader, StampWindow } from '../salesforce/record-reader.ts';
import type { KnownRecord, Lane, RecordChange, Store } from '../store/store.ts';
import { type DueReason, dueReason, isPlainRequest } from './due-reason.ts';
import { sleep } from './gate.ts';
import { readWindows, takePages, type WindowEnd, type WindowLimit } from './read-windows.ts';
import { type ReconcileResult, type ReconcileRun, ReconcileTally } from './reconcile-tally.ts';
import type { Setup } from './setup.ts';
import { StampWindows } from './stamp-windows.ts';

/** SystemModstamp is set before the commit, so a row can turn up with a stamp that the mark has passed already. */
const OVERLAP_MS = 15 * 60_000;
/** While so many are due, those that come are treated like live changes; a larger crowd must not hold live ones up. */
const LIVE_CROWD = 1_000;
/** In a crowd the first of each stage are live all the same: else one that somebody moved would wait behind all of it. */
const LIVE_OF_A_STAGE = 200;
/** A window ends after so many, so that a pass that is interrupted has not far to go back. */
const MOST_ROWS = 50_000;
/**
 * A window that the leads end, the contacts are read up to there. If those are too many too, it is cut: what was read
 * beyond would be read, and counted, again.
 */
const LIMITS: Record<ObjectName, WindowLimit> = {
  Lead: { rows: MOST_ROWS, beyond: 'end' },
  Contact: { rows: MOST_ROWS, beyond: 'cut' },
};
/** A page keeps the relay's one thread busy; it rests for so many times as long, for what is sent meanwhile. */
const RESTS_A_PAGE = 3;

/** SystemModstamps, ms since 1970 on Salesforce's clock. */
export interface PassSpan {
  mark: number;
  /** Now, as far as we know. */
  until: number;
  /** Nothing older is read, overlap or not. */
  earliest: number;
}

export interface PassParts {
  store: Store;
  reader: RecordReader;
  setup: Setup;
  /** Makes records due and, where one is given, moves the mark. */
  commit(changes: readonly RecordChange[], mark: number | undefined): Promise<void>;
}

/** A pass over everything that changed since the mark, window after window, which the mark follows. */
export async function reconcileSince(
  { mark, until, earliest }: PassSpan,
  { onProgress, isDryRun = false, signal }: ReconcileRun,
  { store, reader, setup, commit }: PassParts,
): Promise<ReconcileResult> {
  const from = Math.max(mark - OVERLAP_MS, earliest);
  const windows = new StampWindows(from, until);
  const tally = new ReconcileTally({ from, until }, isDryRun);
  const laneOf = chooseLanes((await store.counts()).due);

  const take = async ({ records }: RecordPage) => {
    const beganAt = performance.now();
    const known = await store.knownRecords(records.map(({ id }) => id));
    const found = records.flatMap((record) => {
      const reason = dueReason(record, known.get(record.id), setup.mapping.version);
      return reason === undefined ? [] : [{ record, reason, known: known.get(record.id) }];
    });
    if (!isDryRun && found.length > 0) {
      const changes = found.map((one) => changeOf(one, laneOf(one.record)));
      await commit(changes, undefined);
    }
    tally.add(
      records.length,
      found.map(({ reason }) => reason),
    );
    onProgress?.(tally.progress);
    await sleep((performance.now() - beganAt) * RESTS_A_PAGE, signal);
  };

  const read = async (begun: StampWindow): Promise<WindowEnd> => {
    tally.begin();
    let window = begun;
    for (const object of OBJECT_NAMES) {
      const pages = reader.changedIn(object, window);
      const end = await takePages(pages, { windows, limit: LIMITS[object], signal, take });
      if (end !== 'done') return end;
      window = windows.current ?? window;
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
}

/** @param crowd how many were due before */
function chooseLanes(crowd: number): (record: Snapshot) => Lane {
  let due = crowd;
  const ofStage = new Map<string, number>();
  return ({ object, stage }) => {
    const kind = `${object} ${stage}`;
    const before = ofStage.get(kind) ?? 0;
    ofStage.set(kind, before + 1);
    due += 1;
    return due <= LIVE_CROWD || before < LIVE_OF_A_STAGE ? 'live' : 'bulk';
  };
}

/** A record that is due, and what the store knew of it. */
interface Found {
  record: Snapshot;
  reason: DueReason;
  known?: KnownRecord | undefined;
}

export function changeOf({ record, reason, known }: Found, lane: Lane): RecordChange {
  return {
    recordId: record.id,
    object: record.object,
    isDeletion: reason === 'deleted',
    hint: undefined,
    isForced: reason === 'unanswered' && isPlainRequest(record, known),
    lane,
    cause: reason,
  };
}
