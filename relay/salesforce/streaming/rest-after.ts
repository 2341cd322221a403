/** For each event, of the time that its write takes at OneSignal's limit. */
const SHARE_OF_A_WRITE = 0.95;
const LONGEST_MS = 400;
/** A reply of so many events and more is one of a backlog, of which the rest is longer. */
const SHARE_OF_A_WAITING_WRITE = 0.5;
const LONGEST_OF_BACKLOG_MS = 1_000;

/**
 * How long the next request for events waits after a reply with so many, ms: at 1,000 events a second a reply brings
 * some 400 then, which one request and one transaction take, and where little happens there is next to no wait. A
 * backlog is taken no faster than twice as fast as OneSignal takes it: else it would have the processor to itself first.
 * @param writesPerSecond as many as OneSignal takes of us; fewer than 1,000 make no longer wait
 */
export function restAfterMs(events: number, writesPerSecond: number): number {
  const writeMs = Math.min(1, 1_000 / writesPerSecond);
  const ofBacklog = Math.min(LONGEST_OF_BACKLOG_MS, events * writeMs * SHARE_OF_A_WAITING_WRITE);
  return Math.max(Math.min(LONGEST_MS, events * writeMs * SHARE_OF_A_WRITE), ofBacklog);
}
