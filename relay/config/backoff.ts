/** How long something that failed rests: ms before the first try again, and at most. */
export interface Waits {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Doubled more often, a wait of a millisecond would last longer than any that is asked for. */
const MOST_DOUBLINGS = 40;

/**
 * The wait before the next try, whole ms: doubled with each of the `tries` that failed before, up to the longest. Half of
 * it is certain and half is chance, so that what failed together does not come back together. Never less than what the
 * other side asks for, which may be longer than `longestMs`.
 *
 * @param random from 0 to 1
 * @param retryAfterMs what `Retry-After` said; 0 when it said nothing, or when it is not heeded
 */
export function backoffMs(
  { firstMs, longestMs }: Waits,
  tries: number,
  random: () => number,
  retryAfterMs = 0,
): number {
  const step = Math.min(longestMs, firstMs * 2 ** Math.min(tries, MOST_DOUBLINGS));
  return Math.ceil(Math.max(retryAfterMs, step / 2 + random() * (step / 2)));
}
