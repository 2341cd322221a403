const MS_AN_EVENT = 0.9;
const LONGEST_MS = 50;

/**
 * How long the next request for events waits after a reply with so many, ms: at 1,000 events a second a reply brings
 * some 50 then, which one request and one transaction take, and where little happens there is next to no wait.
 */
export function restAfterMs(events: number): number {
  return Math.min(LONGEST_MS, events * MS_AN_EVENT);
}
