import { isRelayError } from '../config/relay-error.ts';
import type { Store } from '../store/store.ts';
import { TIDIED } from '../store/tidy-rules.ts';
import type { Logger } from '../telemetry/logger.ts';
import { sleep } from './gate.ts';

/** Between two passes, ms. Days matter, not minutes. */
const PASS_MS = 3_600_000;
/** After a pass that the store did not let through, ms. */
const AGAIN_MS = 60_000;
/** Rows of one transaction: a few milliseconds, for which the store is locked. */
const PAGE = 500;
/** Between two pages, ms: whoever waits for the store comes first. */
const LEAST_REST_MS = 20;
const LONGEST_REST_MS = 1_000;
/** With a page of 2 ms, a million records and their users take some quarter of an hour. */
const REST_FOR_A_MS_OF_WORK = 99;
const DAY_MS = 86_400_000;

export interface TidyOptions {
  store: Store;
  logger: Logger;
  retentionDays: number;
  /** The part under which this process works now; it must hold the subscription. */
  epoch: () => number;
  /** The store's clock. */
  now: () => number;
}

/** How long the store is left alone after a page that took so long, both ms: tidying has a hundredth of the time. */
export function restAfterPage(tookMs: number): number {
  return Math.min(LONGEST_REST_MS, Math.max(LEAST_REST_MS, tookMs * REST_FOR_A_MS_OF_WORK));
}

/** Takes out of the store what nobody needs any more. */
export interface Tidy {
  /** A pass at once and one each hour, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** One pass. @returns how many rows went. @throws RelayError STORE_FAILED, PART_LOST */
  pass(signal: AbortSignal): Promise<number>;
}

export function createTidy({ store, logger, retentionDays, epoch, now }: TidyOptions): Tidy {
  const pass = async (signal: AbortSignal): Promise<number> => {
    let forgotten = 0;
    for (const table of TIDIED) {
      let after: readonly (string | number)[] | undefined;
      do {
        const at = now();
        const beganAt = performance.now();
        const forgetBefore = at - retentionDays * DAY_MS;
        const page = await store.tidy({ epoch: epoch(), table, after, limit: PAGE, now: at, forgetBefore });
        forgotten += page.forgotten;
        after = page.next;
        if (after !== undefined) await sleep(restAfterPage(performance.now() - beganAt), signal);
      } while (after !== undefined && !signal.aborted);
    }
    if (forgotten > 0) logger.debug('The store forgot what nobody needs any more.', { rows: forgotten });
    return forgotten;
  };

  /** A store that fails is told of by those that can't go on without it. */
  const isPassDone = (signal: AbortSignal) =>
    pass(signal).then(
      () => true,
      (error: unknown) => {
        if (!isRelayError(error)) throw error;
        return false;
      },
    );

  return {
    pass,
    async run(signal) {
      while (!signal.aborted) await sleep((await isPassDone(signal)) ? PASS_MS : AGAIN_MS, signal);
    },
  };
}
