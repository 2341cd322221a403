import { signal } from '@preact/signals';

/** The relay’s time less this machine’s, ms: both tell what is past, and only one of them is right. */
let ahead = 0;

/** The relay’s time, ms since 1970. It moves once a second, for what reads "5 s ago". */
export const now = signal(Date.now());

export function setRelayClock(relayNow: number): void {
  ahead = relayNow - Date.now();
  now.value = relayNow;
}

/** @returns a function that stops it */
export function startClock(): () => void {
  const timer = setInterval(() => {
    now.value = Date.now() + ahead;
  }, 1_000);
  return () => clearInterval(timer);
}
