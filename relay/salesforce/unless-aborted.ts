import { waitersUnder } from '../config/waiting-under.ts';

/**
 * What the work gives, or the signal's reason as soon as it aborts. `Promise.race` with a promise that never settles would
 * keep what all the work ever gave: https://github.com/nodejs/node/issues/17469
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const waiter = { abort: () => reject(signal.reason) };
  const waiters = waitersUnder(signal);
  const slot = waiters.add(waiter);
  if (signal.aborted) waiter.abort();
  work.then(resolve, reject);
  try {
    return await promise;
  } finally {
    waiters.remove(slot);
  }
}
