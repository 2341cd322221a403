import { sleep } from '../../pipeline/gate.ts';

/** How long the first hour waits for what, ms. */
export interface Patience {
  /** An event, from the save on. */
  event: number;
  /** The status on a record, or a tag in OneSignal. */
  outcome: number;
  /** A change of OneSignal’s that may never come. */
  change: number;
  /** Between two looks. */
  look: number;
}

export const USUAL_PATIENCE: Patience = { event: 30_000, outcome: 90_000, change: 20_000, look: 1_000 };

/** Looks again and again until there is something. @returns undefined once the time is over, or the signal comes */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  { withinMs, everyMs, signal }: { withinMs: number; everyMs: number; signal: AbortSignal },
): Promise<T | undefined> {
  const giveUpAt = performance.now() + withinMs;
  while (!signal.aborted) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() >= giveUpAt) return undefined;
    await sleep(everyMs, signal);
  }
  return undefined;
}
