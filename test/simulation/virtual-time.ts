import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';

/** Who a timer belongs to: what the relay waits for dies with it, what happens in the world goes on. */
export type Owner = 'relay' | 'world';

interface Timer {
  at: number;
  owner: Owner;
  callback: () => void;
}

const realImmediate = setImmediate;
const realPerformanceNow = performance.now.bind(performance);

/** Seconds of real time that have passed since the process started. */
export function realSeconds(): number {
  return realPerformanceNow() / 1000;
}

/**
 * Time that passes only from one timer to the next. After each timer everything that it set off runs until it waits for
 * another one, so that the same timers give the same run.
 */
export class VirtualTime {
  now: number;
  readonly #timers: Timer[] = [];

  /** @param start ms since 1970 */
  constructor(start: number) {
    this.now = start;
  }

  /** Calls back once, in `delayMs`. Timers of the same time fire in the order in which they were set. */
  after(delayMs: number, owner: Owner, callback: () => void): Timer {
    const timer = { at: this.now + Math.max(0, delayMs), owner, callback };
    let place = this.#timers.length;
    while (place > 0 && (this.#timers[place - 1]?.at ?? 0) > timer.at) place -= 1;
    this.#timers.splice(place, 0, timer);
    return timer;
  }

  cancel(timer: Timer): void {
    const place = this.#timers.indexOf(timer);
    if (place >= 0) this.#timers.splice(place, 1);
  }

  cancelAllOf(owner: Owner): void {
    const kept = this.#timers.filter((timer) => timer.owner !== owner);
    this.#timers.splice(0, this.#timers.length, ...kept);
  }

  /** Fires the next timer. @returns whose it was, undefined when there is none */
  async step(): Promise<Owner | undefined> {
    const timer = this.#timers.shift();
    if (timer === undefined) return undefined;
    this.now = Math.max(this.now, timer.at);
    timer.callback();
    await new Promise((resolve) => realImmediate(resolve));
    return timer.owner;
  }
}

/** What Node's timers promise of a handle, as far as it is used here. */
class Handle {
  readonly cancel: () => void;
  constructor(cancel: () => void) {
    this.cancel = cancel;
  }
  unref(): this {
    return this;
  }
}

const clear = (handle: unknown) => handle instanceof Handle && handle.cancel();

/** Puts this process on the virtual time, for good: timers set through Node's own functions are the relay's. */
export function liveIn(current: () => VirtualTime): void {
  const once = (callback: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) => {
    const time = current();
    const timer = time.after(Math.max(1, delayMs), 'relay', () => callback(...args));
    return new Handle(() => time.cancel(timer));
  };
  const repeat = (callback: (...args: unknown[]) => void, delayMs: number, ...args: unknown[]) => {
    const time = current();
    let timer: Timer;
    const set = () => {
      timer = time.after(Math.max(1, delayMs), 'relay', () => {
        set();
        callback(...args);
      });
    };
    set();
    return new Handle(() => time.cancel(timer));
  };
  const immediately = (callback: (...args: unknown[]) => void, ...args: unknown[]) => {
    const time = current();
    const timer = time.after(0, 'relay', () => callback(...args));
    return new Handle(() => time.cancel(timer));
  };
  Object.assign(globalThis, {
    setTimeout: once,
    setInterval: repeat,
    setImmediate: immediately,
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  });
  Date.now = () => Math.floor(current().now);
  performance.now = () => current().now;
  timersPromises.setTimeout = (delayMs, value, options) => rest(current(), delayMs ?? 1, value, options?.signal);
  syncBuiltinESMExports();
}

function rest<T>(time: VirtualTime, delayMs: number, value: T | undefined, signal?: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const refuse = () => {
    time.cancel(timer);
    reject(signal?.reason);
  };
  const timer = time.after(Math.max(1, delayMs), 'relay', () => {
    signal?.removeEventListener('abort', refuse);
    resolve(value as T);
  });
  if (signal?.aborted) refuse();
  else signal?.addEventListener('abort', refuse, { once: true });
  return promise;
}
