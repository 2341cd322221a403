import { backoffMs } from '../config/backoff.ts';
import { RelayError } from '../config/relay-error.ts';
import type { RowResult } from '../salesforce/record-writer.ts';
import type { PendingWriteBack, WriteBackResult } from '../store/store.ts';
import type { SalesforceSideCode } from './retries/retry-rule.ts';
import { MOST_ROW_TRIES, ruleOfRow, UNKNOWN_ROW_RULE } from './retries/retry-table.ts';

/** What follows when Salesforce refuses the status of one record. */
export type RowFate =
  /** Waits are whole ms from now. */
  | { fate: 'again' | 'refused'; waitMs: number }
  | { fate: 'dropped' }
  /** Nothing is said about the row: no row is taken now. */
  | { fate: 'side_stops'; code: SalesforceSideCode };

/** Decides on one refused row by the table of retries. `attempts` are the tries before this one. */
export function fateOfRow(statusCode: string, attempts: number, random: () => number): RowFate {
  const rule = ruleOfRow(statusCode);
  switch (rule.follows) {
    case 'dropped':
      return { fate: 'dropped' };
    case 'side_stops':
      return { fate: 'side_stops', code: rule.code };
    case 'again':
      if (attempts < MOST_ROW_TRIES) return { fate: 'again', waitMs: backoffMs(rule.waits, attempts, random) };
      return { fate: 'refused', waitMs: backoffMs(UNKNOWN_ROW_RULE.waits, attempts - MOST_ROW_TRIES, random) };
    case 'refused':
      return { fate: 'refused', waitMs: backoffMs(rule.waits, attempts, random) };
  }
}

/** What is said of a row that made its whole write fail while those of others were taken. */
export function failedAlone(recordId: string): RowResult {
  return { recordId, isWritten: false, statusCode: 'UNKNOWN_EXCEPTION' };
}

/** What one status write came to. */
export interface JudgedRows {
  results: WriteBackResult[];
  /** Refusals that are news, by status code: one for each verdict, however often its write is tried after that. */
  newRefusals: Map<string, string[]>;
  /** Why no row is taken now; what it was said of has no result and is written later. */
  stop: RelayError | undefined;
}

/** Says what becomes of each verdict by what Salesforce said to its row; `rows` are in the order of `pending`. */
export function judgeRows(
  pending: readonly Pick<PendingWriteBack, 'version' | 'attempts' | 'isRefused'>[],
  rows: readonly RowResult[],
  { now, random }: { now: number; random: () => number },
): JudgedRows {
  const judged: JudgedRows = { results: [], newRefusals: new Map(), stop: undefined };
  for (const [index, { version, attempts, isRefused }] of pending.entries()) {
    const row = rows[index];
    if (row === undefined) continue;
    const { recordId } = row;
    if (row.isWritten) {
      judged.results.push({ kind: 'written', recordId, version });
      continue;
    }
    const { statusCode } = row;
    const fate = fateOfRow(statusCode, attempts, random);
    if (fate.fate === 'side_stops') {
      judged.stop = new RelayError(fate.code, `Salesforce refuses status writes: ${statusCode}.`);
    } else if (fate.fate === 'dropped') {
      judged.results.push({ kind: 'dropped', recordId, version });
    } else if (fate.fate === 'again') {
      judged.results.push({ kind: 'again', recordId, version, notBefore: now + fate.waitMs });
    } else {
      judged.results.push({ kind: 'refused', recordId, version, statusCode, notBefore: now + fate.waitMs });
      if (!isRefused) judged.newRefusals.set(statusCode, [...(judged.newRefusals.get(statusCode) ?? []), recordId]);
    }
  }
  return judged;
}
