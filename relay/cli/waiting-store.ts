import { backoffMs } from '../config/backoff.ts';
import { isRelayError, type RelayError } from '../config/relay-error.ts';
import { sleep } from '../pipeline/gate.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';

const WAITS = { firstMs: 500, longestMs: 10_000 };

export interface StoreWait {
  logger: Logger;
  /** Told why the store is not open yet. */
  onWait(error: RelayError): void;
}

/**
 * The store of this environment, as soon as its database answers: after a power cut the relay may be up first.
 * @returns undefined when the signal aborts before
 * @throws RelayError as `openStore`, but for DATABASE_UNREACHABLE
 */
export async function waitForStore(
  where: Parameters<typeof openStore>[0],
  { logger, onWait }: StoreWait,
  signal: AbortSignal,
): Promise<Store | undefined> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const store = await openStore(where);
      if (failures > 0) logger.info('The database answers.');
      return store;
    } catch (error) {
      if (!isRelayError(error) || error.code !== 'DATABASE_UNREACHABLE') throw error;
      if (failures === 0) logger.warn(error.message, { code: error.code, next: error.nextStep });
      onWait(error);
      await sleep(backoffMs(WAITS, failures, Math.random), signal);
    }
  }
  return undefined;
}
