/** So long a single change takes from the page that shows it to the status on its record, where a crowd is due too, ms. */
const THROUGH_MS = 30_000;

/**
 * How long to rest between two passes, ms. One that comes just behind a pass is to be on its record within `intervalMs`,
 * so the next pass begins earlier by as long as the last one took and a change takes; yet never after less than half.
 * @param intervalMs RELAY_RECONCILE_MINUTES, at least 60,000
 * @param tookMs how long the last pass took
 */
export function pauseAfterPass(intervalMs: number, tookMs: number): number {
  const through = Math.min(THROUGH_MS, intervalMs / 4);
  return Math.max(intervalMs / 2, intervalMs - tookMs - through);
}
