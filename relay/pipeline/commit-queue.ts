import { isRelayError } from '../config/relay-error.ts';
import { MAX_CONCURRENT } from '../onesignal/onesignal-client.ts';
import type { Store, SyncResult } from '../store/store.ts';
import { sleep } from './gate.ts';
import { createWakeUp, type WakeUp } from './wake-up.ts';

/** Between two tries to commit while the store does not work, ms. */
const RETRY_MS = 1_000;
/** A commit so soon after the last one waits a moment for others, ms: each takes a write that survives a loss of power. */
const BUSY_MS = 40;
const COLLECT_MS = 20;
/** Under load it waits for longer, a millisecond for each result of the last commit, up to this. */
const LONGEST_COLLECT_MS = 100;
/** So many don't wait for more: they hold half of the places of requests under way, which others wait for. */
const ENOUGH = MAX_CONCURRENT / 2;

export interface CommitQueue {
  /** Resolves when the result is in the store. Results that come together are committed together. */
  commit(result: SyncResult): Promise<void>;
  /** False while the store refuses to commit. */
  readonly isHealthy: boolean;
}

interface Waiting {
  result: SyncResult;
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * Collects results into few transactions. What OneSignal was told must not be forgotten: a commit that fails is tried
 * again until it works or the relay stops, and no new work is taken meanwhile because the finished units stay held.
 * @param enough what a commit that waits for others waits with
 */
export function createCommitQueue(
  store: Store,
  now: () => number,
  signal: AbortSignal,
  enough: WakeUp = createWakeUp(),
): CommitQueue {
  let waiting: Waiting[] = [];
  let isRunning = false;
  let isHealthy = true;
  let collectMs = COLLECT_MS;
  let lastAt = Number.NEGATIVE_INFINITY;

  const drain = async () => {
    while (waiting.length > 0) {
      const isBusy = performance.now() - lastAt < BUSY_MS;
      if (isBusy && waiting.length < ENOUGH) await enough.wait(collectMs, signal);
      collectMs = Math.min(LONGEST_COLLECT_MS, Math.max(COLLECT_MS, waiting.length));
      await commitUntilDone(takeWaiting());
      lastAt = performance.now();
    }
    isRunning = false;
  };

  /** No name in `drain` keeps them: what is stored would live until the next batch is, and that costs V8 dearly. */
  const takeWaiting = () => {
    const batch = waiting;
    waiting = [];
    return batch;
  };

  const commitUntilDone = async (batch: readonly Waiting[]) => {
    for (;;) {
      const error = await attempt(batch);
      if (error === undefined || (batch.length > 1 && (await commitSingly(batch)))) return;
      // Nothing of it counts any more: whoever took over does the work again.
      const isOver = isRelayError(error) && error.code === 'PART_LOST';
      isHealthy = isOver;
      if (isOver || !isRelayError(error) || signal.aborted) {
        for (const { failed } of batch) failed(error);
        return;
      }
      await sleep(RETRY_MS, signal);
    }
  };

  /** @returns why the store did not take them, undefined when it did */
  const attempt = async (batch: readonly Waiting[]): Promise<unknown> => {
    try {
      await store.commitSync(
        batch.map(({ result }) => result),
        now(),
      );
    } catch (error) {
      return error;
    }
    isHealthy = true;
    for (const { done } of batch) done();
    return undefined;
  };

  /** One result that can't be stored must not hold up the others. @returns false when none can: then it is the store */
  const commitSingly = async (batch: readonly Waiting[]): Promise<boolean> => {
    const refused: { one: Waiting; error: unknown }[] = [];
    for (const one of batch) {
      const error = await attempt([one]);
      if (error !== undefined) refused.push({ one, error });
    }
    if (refused.length === batch.length) return false;
    for (const { one, error } of refused) one.failed(error);
    return true;
  };

  return {
    get isHealthy() {
      return isHealthy;
    },
    commit(result) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ result, done: resolve, failed: reject });
      if (waiting.length === ENOUGH) enough.wake();
      if (!isRunning) {
        isRunning = true;
        // Units that end in the same turn of the event loop share one transaction.
        setImmediate(() => void drain());
      }
      return promise;
    },
  };
}
