/**
 * What the work gives, or the signal's reason as soon as it aborts. `Promise.race` with a promise that never settles would
 * keep what all the work ever gave: https://github.com/nodejs/node/issues/17469
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const giveUp = () => reject(signal.reason);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp);
  work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  return promise;
}
