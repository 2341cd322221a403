import { isRelayError, RelayError } from '../config/relay-error.ts';
import type { Snapshot } from '../mapping/record.ts';
import type { RecordPage, StampWindow } from '../salesforce/record-reader.ts';
import type { StampWindows } from './stamp-windows.ts';

/** `again`: the window was cut and begins anew. */
export type WindowEnd = 'done' | 'again' | 'stopped';

/**
 * Reads one window after the other. One that Salesforce can't answer, or whose pages it has forgotten meanwhile, is cut
 * and begins anew.
 * @param read reads one window, also one that it had begun before
 * @returns false when `read` was stopped
 * @throws RelayError RECONCILE_TOO_SLOW when not even one second can be read
 */
export async function readWindows(
  windows: StampWindows,
  read: (window: StampWindow) => Promise<WindowEnd>,
): Promise<boolean> {
  for (let window = windows.current; window !== undefined; window = windows.current) {
    const end = await read(window).catch((error: unknown): WindowEnd => {
      if (!isTooMuch(error)) throw error;
      if (windows.cut()) return 'again';
      throw tooSlow(window, error);
    });
    if (end === 'stopped') return false;
    if (end === 'done') windows.done();
  }
  return true;
}

/**
 * What a window of more records than `rows` comes to. `end`: it ends with the last second that was read whole by then;
 * the pages must come in the order of their stamps. `cut`: it is cut, if it can be, before any is handed on.
 */
export interface WindowLimit {
  rows: number;
  beyond: 'end' | 'cut';
}

export interface TakePages {
  windows: StampWindows;
  /** Without it a window may have any number of records. */
  limit?: WindowLimit;
  /** Ends the window before its next page. */
  signal: AbortSignal | undefined;
  take(page: RecordPage): void | Promise<void>;
}

/** Hands on the pages of a window up to its limit, or until the signal aborts; each record once, unless it was cut. */
export async function takePages(
  pages: AsyncIterable<RecordPage>,
  { windows, limit, signal, take }: TakePages,
): Promise<WindowEnd> {
  const isStopped = () => signal?.aborted === true;
  if (isStopped()) return 'stopped';
  let read = 0;
  for await (const page of pages) {
    const isTooMany = limit !== undefined && page.total > limit.rows;
    if (isTooMany && limit.beyond === 'cut' && read === 0 && windows.cut()) return 'again';
    read += page.records.length;
    const isFull = isTooMany && limit.beyond === 'end' && read >= limit.rows && read < page.total;
    const end = isFull ? lastSecondOf(page) : undefined;
    await take(end === undefined ? page : { ...page, records: page.records.filter((one) => stampOf(one) < end) });
    if (end !== undefined) windows.endAt(end);
    if (isStopped()) return 'stopped';
    if (end !== undefined) break;
  }
  return 'done';
}

const stampOf = ({ systemModstamp }: Snapshot): number => Date.parse(systemModstamp);

/** The last stamp, whose second may go on overleaf; undefined where it began before this page. */
function lastSecondOf({ records }: RecordPage): number | undefined {
  const [first, last] = [records[0], records.at(-1)];
  return first === undefined || last === undefined || stampOf(first) >= stampOf(last) ? undefined : stampOf(last);
}

/** A smaller window has fewer pages, and at some point a single one, which needs no locator. */
function isTooMuch(error: unknown): boolean {
  return isRelayError(error) && (error.code === 'SALESFORCE_TIMEOUT' || error.code === 'SALESFORCE_LOCATOR_EXPIRED');
}

function tooSlow({ from }: StampWindow, cause: unknown): RelayError {
  const time = new Date(from).toISOString();
  return new RelayError('RECONCILE_TOO_SLOW', `Salesforce does not hand out in time what changed at ${time}.`, {
    cause,
  });
}
