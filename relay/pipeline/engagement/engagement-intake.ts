import { RelayError } from '../../config/relay-error.ts';
import type { EngagementEvent } from '../../mapping/engagement.ts';
import type { Store } from '../../store/store.ts';

/** Events that one transaction takes. */
const MOST_IN_BATCH = 500;
/** So many may wait for the store: more would only wait too long to be answered. */
const MOST_WAITING = 10_000;

export interface EngagementIntake {
  /** Resolves when the event is in the store. Rejects with RelayError STORE_FAILED when it can't be now. */
  take(event: EngagementEvent): Promise<void>;
}

interface Waiting {
  event: EngagementEvent;
  done: () => void;
  failed: (error: unknown) => void;
}

/** Takes events one by one, as they come; those that come together are committed together. */
export function createEngagementIntake(
  store: Pick<Store, 'addEngagement' | 'now'>,
  onNew: () => void = () => undefined,
): EngagementIntake {
  let waiting: Waiting[] = [];
  let isRunning = false;

  const commit = async (batch: readonly Waiting[]) => {
    try {
      await store.addEngagement(
        batch.map(({ event }) => event),
        store.now(),
      );
    } catch (error) {
      for (const { failed } of batch) failed(error);
      return;
    }
    for (const { done } of batch) done();
    onNew();
  };

  const drain = async () => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_IN_BATCH);
      waiting = waiting.slice(MOST_IN_BATCH);
      await commit(batch);
    }
    isRunning = false;
  };

  return {
    take(event) {
      if (waiting.length >= MOST_WAITING)
        return Promise.reject(new RelayError('STORE_FAILED', 'Too many events wait for the store.'));
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ event, done: resolve, failed: reject });
      if (!isRunning) {
        isRunning = true;
        // Requests of the same turn of the event loop share one transaction.
        setImmediate(() => void drain());
      }
      return promise;
    },
  };
}
