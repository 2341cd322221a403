/**
 * Milliseconds since 1970 by a clock that neither jumps nor runs backwards while it is used: it starts with the
 * machine's time, or with `notBefore` where that is later, and is carried on by the monotonic clock. A machine whose
 * time is wrong, or put right, then can't make waits endless or end them early.
 */
export function createStoreClock(
  notBefore: number,
  { wall = Date.now, monotonic = () => performance.now() } = {},
): () => number {
  const offset = Math.max(wall(), notBefore) - monotonic();
  return () => Math.floor(offset + monotonic());
}
