import { OBJECT_NAMES, type Snapshot } from '../mapping/record.ts';
import type { RecordPage, RecordReader } from '../salesforce/record-reader.ts';
import { askedOf } from './due-reason.ts';
import { readWindows, takePages } from './read-windows.ts';
import { StampWindows } from './stamp-windows.ts';
import { isUnanswered } from './unanswered.ts';

/** What a first or emptied store takes without being asked. */
export const FIRST_CROWD = 1_000;
/** Salesforce was founded then: no stamp is older. */
const FIRST_STAMP = Date.parse('1999-03-08T00:00:00Z');

/**
 * Records that waited for a sync before the store knew any. Stops reading when they are more than `FIRST_CROWD`, or
 * when the signal aborts: then undefined.
 */
export async function readFirstCrowd(
  reader: RecordReader,
  until: number,
  signal: AbortSignal | undefined,
): Promise<Snapshot[] | undefined> {
  const windows = new StampWindows(FIRST_STAMP, until);
  const crowd: Snapshot[] = [];
  const enough = new AbortController();
  const stop = signal === undefined ? enough.signal : AbortSignal.any([signal, enough.signal]);
  await readWindows(windows, async (window) => {
    const inWindow: Snapshot[] = [];
    for (const object of OBJECT_NAMES) {
      const take = ({ records }: RecordPage) => {
        inWindow.push(...records.filter((record) => isUnanswered(askedOf(record), undefined)));
        if (crowd.length + inWindow.length > FIRST_CROWD) enough.abort();
      };
      const end = await takePages(reader.unansweredIn(object, window), { windows, signal: stop, take });
      if (enough.signal.aborted) break;
      if (end !== 'done') return end;
    }
    crowd.push(...inWindow);
    return enough.signal.aborted ? 'stopped' : 'done';
  });
  return signal?.aborted === true ? undefined : crowd;
}
