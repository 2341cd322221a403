/** One look at what is used of an allotment. */
export interface UseAt {
  at: number;
  used: number;
}

const HOUR_MS = 3_600_000;
/** A pace of less than this is chance, ms. */
const LEAST_MS = 10 * 60_000;

/**
 * When an allotment is used up at the pace of the last hour, ms since 1970; undefined when it is not within a day, or when too
 * little was seen. Pure.
 * @param seen oldest first
 */
export function runsOutAt(seen: readonly UseAt[], now: UseAt, limit: number): number | undefined {
  const first = seen.find(({ at }) => at >= now.at - HOUR_MS);
  if (first === undefined || now.at - first.at < LEAST_MS || now.used >= limit) return undefined;
  const perMs = (now.used - first.used) / (now.at - first.at);
  const at = now.at + (limit - now.used) / perMs;
  return perMs > 0 && at <= now.at + 24 * HOUR_MS ? Math.round(at) : undefined;
}
