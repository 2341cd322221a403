import type { Store } from '../store/store.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Rows are counted one by one, which takes a while in a large store: no more often than this, ms. */
const COUNT_MS = 60_000;

/** Keeps the gauges of the store's size near the truth. */
export function createStoreSizes(
  store: Store,
  { storeBytes, storeRows }: Pick<Metrics, 'storeBytes' | 'storeRows'>,
): { measure(): Promise<void> } {
  let countedAt = Number.NEGATIVE_INFINITY;
  return {
    async measure() {
      if (performance.now() - countedAt < COUNT_MS) return;
      const { bytes, rows } = await store.size();
      countedAt = performance.now();
      storeBytes.set(bytes);
      for (const [kind, count] of Object.entries(rows)) storeRows.set({ kind }, count);
    },
  };
}
