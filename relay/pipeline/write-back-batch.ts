import { FAULTS_IN_A_ROW } from './retries/retry-table.ts';

/**
 * Chooses which statuses share a write. One row can make a whole write fail, such as by an automation of the org that
 * runs out of time: then writes get smaller until it stands alone, and it is left aside for others to be tried. Only
 * when those are taken is the row at fault; as long as nothing is, it may be Salesforce. From then on it meets only
 * others that failed before.
 */
export interface WriteBackBatch<Row> {
  /** How many to ask the store for. */
  readonly wanted: number;
  choose(pending: readonly Row[]): Row[];
  /** False while a row at fault is looked for: then one write has to end before the next. */
  readonly isWhole: boolean;
  /** The write of these failed as a whole, maybe by one of its rows. */
  failed(chosen: readonly Row[]): void;
  /** A write was taken. @returns the rows that are thereby found to be at fault */
  taken(): Row[];
}

/** What a batch has to know of a row. */
export interface BatchRow {
  version: number;
  attempts: number;
}

/** @param most rows that one write may have */
export function createWriteBackBatch<Row extends BatchRow>(
  most: number,
  idOf: (row: Row) => string,
): WriteBackBatch<Row> {
  let size = most;
  let aside: Row[] = [];
  let isTurnOfNew = false;
  const isAside = (one: Row) => aside.some((row) => idOf(row) === idOf(one) && row.version === one.version);

  /** What failed before does not share a write with what is new, and they take turns. */
  const alike = (pending: readonly Row[]) => {
    isTurnOfNew = !isTurnOfNew;
    const [turn, others] = [isTurnOfNew, !isTurnOfNew].map((isNew) =>
      pending.filter(({ attempts }) => (attempts === 0) === isNew),
    ) as [Row[], Row[]];
    return turn.length > 0 ? turn : others;
  };

  return {
    get wanted() {
      return size + aside.length;
    },
    choose(pending) {
      const others = pending.filter((one) => !isAside(one));
      // With nothing else to try, what stands aside has to show that the side works.
      if (others.length === 0) aside = [];
      return alike(others.length === 0 ? pending : others).slice(0, size);
    },
    get isWhole() {
      return size === most && aside.length === 0;
    },
    failed(chosen) {
      if (chosen.length === 1) aside = [...aside, ...chosen];
      size = Math.max(1, Math.floor(chosen.length / 2));
    },
    taken() {
      // So many in a row were an outage that is over now.
      const atFault = aside.length < FAULTS_IN_A_ROW ? aside : [];
      aside = [];
      size = Math.min(most, size * 2);
      return atFault;
    },
  };
}
