import { PassingMap } from '../config/passing-map.ts';
import type { ObjectName } from '../mapping/record.ts';
import type { PendingWriteBack } from '../store/store.ts';
import { createWriteBackBatch } from './write-back-batch.ts';

/**
 * Calls of one object that may be under way at once. A write locks what the row looks up, a contact its account, so that
 * two calls with contacts of one account would keep each other waiting, and a row that waits for ten seconds fails:
 * contacts have one call. Leads have no parent, and get two. Within a call rows don't lock each other.
 * http://blogs.developerforce.com/engineering/2013/04/managing-lookup-skew-to-avoid-record-lock-exceptions.html
 */
export const MOST_CALLS: Readonly<Record<ObjectName, number>> = { Lead: 2, Contact: 1 };

/** Rows that wait since these times, or for longer, don't wait for more to come. Store's clock. */
export interface Ripeness {
  few: number;
  many: number;
}

const AT_ONCE: Ripeness = { few: Number.POSITIVE_INFINITY, many: Number.POSITIVE_INFINITY };
/** Up to so many are few: of a crowd more come within a moment. */
const FEW = 20;

/** The status writes of one object: which are next, and how many may be under way. A record is in one of them at most. */
export interface WriteBackLane {
  readonly object: ObjectName;
  /** How many to ask the store for; 0 while no further call may begin. */
  readonly wanted: number;
  /** @returns the rows of the next call, which is under way from now on; none where it is better to wait */
  begin(pending: readonly PendingWriteBack[], ripe?: Ripeness): PendingWriteBack[];
  /** Salesforce answered the call. @returns rows of earlier calls that are thereby found to be at fault */
  taken(rows: readonly PendingWriteBack[]): PendingWriteBack[];
  /** The call failed as a whole, maybe by one of its rows. */
  failed(rows: readonly PendingWriteBack[]): void;
  /** The call is over, and the store knows what came of it. */
  end(rows: readonly PendingWriteBack[]): void;
}

/** @param most rows that one call may have */
export function createWriteBackLane(object: ObjectName, most: number): WriteBackLane {
  const idOf = ({ verdict }: PendingWriteBack) => verdict.recordId;
  const batch = createWriteBackBatch(most, idOf);
  const underWay = new PassingMap<true>();
  let calls = 0;

  return {
    object,
    get wanted() {
      // While a row that makes calls fail is looked for, each call's end tells something for the next.
      const mostNow = batch.isWhole ? MOST_CALLS[object] : 1;
      return calls < mostNow ? batch.wanted + underWay.size : 0;
    },
    begin(pending, ripe = AT_ONCE) {
      const waiting = pending.filter((row) => !underWay.has(idOf(row)));
      const ripeSince = waiting.length <= FEW ? ripe.few : ripe.many;
      const isRipe = ({ attempts, waitsSince }: PendingWriteBack) => attempts > 0 || waitsSince <= ripeSince;
      if (waiting.length < most && !waiting.some(isRipe)) return [];
      const rows = batch.choose(waiting);
      // Beside another call only a full one pays: what comes meanwhile shares the next.
      const isWorthIt = calls === 0 || rows.length === most || rows.every(({ attempts }) => attempts > 0);
      if (!isWorthIt) return [];
      calls += 1;
      for (const row of rows) underWay.set(idOf(row), true);
      return rows;
    },
    taken: () => batch.taken(),
    failed: (rows) => batch.failed(rows),
    end(rows) {
      calls -= 1;
      for (const row of rows) underWay.delete(idOf(row));
    },
  };
}
