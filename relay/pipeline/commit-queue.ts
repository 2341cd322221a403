import { isRelayError } from '../config/relay-error.ts';
import type { Store, SyncResult } from '../store/store.ts';
import { sleep } from './gate.ts';

/** Between two tries to commit while the store does not work, ms. */
const RETRY_MS = 1_000;

export interface CommitQueue {
  /** Resolves when the result is in the store. Results that come together are committed together. */
  commit(result: SyncResult): Promise<void>;
  /** False while the store refuses to commit. */
  readonly isHealthy: boolean;
}

/**
 * Collects results into few transactions. What OneSignal was told must not be forgotten: a commit that fails is tried
 * again until it works or the relay stops, and no new work is taken meanwhile because the finished units stay held.
 */
export function createCommitQueue(store: Store, now: () => number, signal: AbortSignal): CommitQueue {
  let waiting: { result: SyncResult; done: () => void; failed: (error: unknown) => void }[] = [];
  let isRunning = false;
  let isHealthy = true;

  const drain = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await commitUntilDone(batch.map(({ result }) => result));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    isRunning = false;
  };

  const commitUntilDone = async (results: readonly SyncResult[]) => {
    for (;;) {
      try {
        await store.commitSync(results, now());
        isHealthy = true;
        return;
      } catch (error) {
        isHealthy = false;
        if (!isRelayError(error) || signal.aborted) throw error;
        await sleep(RETRY_MS, signal);
      }
    }
  };

  return {
    get isHealthy() {
      return isHealthy;
    },
    commit(result) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ result, done: resolve, failed: reject });
      if (!isRunning) {
        isRunning = true;
        // Units that end in the same turn of the event loop share one transaction.
        setImmediate(() => void drain());
      }
      return promise;
    },
  };
}
