import { isRelayError, RelayError } from '../config/relay-error.ts';
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

export interface TakePages {
  windows: StampWindows;
  /** A window with more records than this is cut, if it can be. */
  mostRows: number;
  /** Ends the window before its next page. */
  signal: AbortSignal | undefined;
  take(page: RecordPage): void | Promise<void>;
}

/** Hands on the pages of a window, unless there are so many that it was cut, or until the signal aborts. */
export async function takePages(
  pages: AsyncIterable<RecordPage>,
  { windows, mostRows, signal, take }: TakePages,
): Promise<WindowEnd> {
  const isStopped = () => signal?.aborted === true;
  if (isStopped()) return 'stopped';
  let isFirst = true;
  for await (const page of pages) {
    if (isFirst && page.total > mostRows && windows.cut()) return 'again';
    isFirst = false;
    await take(page);
    if (isStopped()) return 'stopped';
  }
  return 'done';
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
