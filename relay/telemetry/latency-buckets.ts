/** Each bucket is a tenth wider than the one before: a percentile is right to within 5 %. */
const GROWTH = Math.log(1.1);
/** A week, beyond which nobody asks how long. */
const MOST = 213;

/** Counts by bucket, as they stand in the store. */
export type LatencyCounts = Readonly<Record<string, number>>;

export interface LatencyPercentiles {
  p50: number;
  p95: number;
  p99: number;
}

/** How long things took: counts by buckets of time, which add up over processes and minutes as percentiles don't. */
export class LatencyBuckets {
  readonly #counts = new Map<number, number>();

  /** @param ms 0 or more */
  add(ms: number): void {
    this.#count(Math.min(MOST, Math.round(Math.log(Math.max(1, ms)) / GROWTH)), 1);
  }

  addCounts(counts: LatencyCounts): void {
    for (const [bucket, count] of Object.entries(counts)) this.#count(Number(bucket), count);
  }

  counts(): LatencyCounts {
    return Object.fromEntries(this.#counts);
  }

  /** Takes away what was counted before. */
  subtract(counts: LatencyCounts): void {
    for (const [bucket, count] of Object.entries(counts)) this.#count(Number(bucket), -count);
  }

  /** In ms; undefined where nothing was counted. */
  percentiles(): LatencyPercentiles | undefined {
    const sorted = [...this.#counts].sort(([a], [b]) => a - b);
    const total = sorted.reduce((sum, [, count]) => sum + count, 0);
    if (total === 0) return undefined;
    const at = (part: number) => {
      let seen = 0;
      const found = sorted.find(([, count]) => {
        seen += count;
        return seen >= part * total;
      });
      return Math.round(Math.exp((found?.[0] ?? 0) * GROWTH));
    };
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  #count(bucket: number, count: number): void {
    const left = (this.#counts.get(bucket) ?? 0) + count;
    if (left > 0) this.#counts.set(bucket, left);
    else this.#counts.delete(bucket);
  }
}
