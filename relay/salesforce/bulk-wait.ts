import { backoffMs, type Waits } from '../config/backoff.ts';
import { bulkQueryState } from './bulk-query.ts';
import type { SalesforceSession } from './session.ts';

export interface BulkWaitOptions {
  /** Rests so many ms, or until the signal aborts. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
  /** From 0 to 1. */
  random?: () => number;
  /** Told of the records that the job has found so far, at each look at it. */
  onProgress?: (rows: number) => void;
}

/** Each look is one of the org's API calls: an hour's job takes some 85 of them. */
const WAITS: Waits = { firstMs: 1_000, longestMs: 60_000 };

/**
 * Looks at a job until its results are there, at growing distances.
 * @returns how many rows they have; undefined when the signal aborted first, and the job goes on by itself
 * @throws RelayError of a job that ended without results, as `BulkQueryState` has it; BULK_QUERY_GONE; and what any request
 * does, after which waiting can begin anew
 */
export async function waitForBulkQuery(
  session: SalesforceSession,
  jobId: string,
  { sleep, signal, random = Math.random, onProgress }: BulkWaitOptions,
): Promise<number | undefined> {
  for (let looks = 0; !signal.aborted; looks += 1) {
    const state = await bulkQueryState(session, jobId);
    if (state.phase === 'ended') throw state.error;
    onProgress?.(state.rows);
    if (state.phase === 'complete') return state.rows;
    await sleep(backoffMs(WAITS, looks, random), signal);
  }
  return undefined;
}
