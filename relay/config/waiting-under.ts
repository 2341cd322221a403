import { Slots } from './slots.ts';

/** Somebody whose wait a signal may end. */
export interface Waiter {
  abort(): void;
}

const waitingUnder = new WeakMap<AbortSignal, Slots<Waiter>>();

/**
 * Those that wait under a signal, all behind one listener of its own: who is there when it aborts is told. A listener for
 * each wait would cost more than the wait. And Node keeps listeners in a list, where one that was removed still leads to
 * the next: with waits that overlap, V8 would keep what each of them holds, as `Slots` says of a `Set`.
 * https://github.com/nodejs/node/blob/v24.x/lib/internal/event_target.js
 */
export function waitersUnder(signal: AbortSignal): Slots<Waiter> {
  const known = waitingUnder.get(signal);
  if (known !== undefined) return known;
  const waiters = new Slots<Waiter>();
  waitingUnder.set(signal, waiters);
  signal.addEventListener('abort', () => {
    for (const waiter of waiters.all()) waiter.abort();
  });
  return waiters;
}
