import type { OneSignalOutcome } from '../../onesignal/onesignal-outcome.ts';

/** Undefined when all is done, else the answer after which it is to be tried again. */
export type Interruption = OneSignalOutcome | undefined;

/** Leaves the sequence of calls at the first one that did not do. */
export class Interrupted extends Error {
  readonly outcome: OneSignalOutcome;
  constructor(outcome: OneSignalOutcome) {
    super('interrupted');
    this.outcome = outcome;
  }
}

export async function interruptible(work: () => Promise<void>): Promise<Interruption> {
  try {
    await work();
    return undefined;
  } catch (stop) {
    if (stop instanceof Interrupted) return stop.outcome;
    throw stop;
  }
}

/** As after a 429: to be tried again in so many ms, and no fault of the record. */
export function notBefore(retryAfterMs: number): OneSignalOutcome {
  return { kind: 'rate_limited', status: 429, retryAfterMs, scope: 'views' };
}
