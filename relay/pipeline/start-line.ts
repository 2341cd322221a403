import type { Lane, OneSignalClient } from '../onesignal/onesignal-contract.ts';
import { createWakeUp } from './wake-up.ts';

export interface StartLineOptions<T> {
  client: Pick<OneSignalClient, 'roomInLine' | 'onTurn'>;
  laneOf(one: T): Lane;
  start(one: T): void;
}

/** Work that starts when its requests are about to have their turn. */
export interface StartLine<T> {
  /** How many have not started. */
  readonly length: number;
  add(one: T): void;
  /** Resolves when no more than so many wait, after `milliseconds`, or on abort. */
  whenAtMost(length: number, milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Starts all that waits: what it asks for is refused at once where the relay stops. */
  startAll(): void;
  /** No more is started for a turn that comes. */
  close(): void;
}

/**
 * Work that waits for its turn in OneSignal's limit is many times as large once it has started as before, and what
 * lives longer than an instant costs V8 dearly: so it is started when few requests stand before it, live work first.
 */
export function createStartLine<T>({ client, laneOf, start }: StartLineOptions<T>): StartLine<T> {
  const waiting: Record<Lane, T[]> = { live: [], bulk: [] };
  let isLooking = false;
  const shorter = createWakeUp();
  let shortEnough = Number.NEGATIVE_INFINITY;

  const length = () => waiting.live.length + waiting.bulk.length;
  const lookSoon = () => {
    if (isLooking || length() === 0) return;
    isLooking = true;
    setImmediate(startNext);
  };
  // Whether those that were started stand in line, or need no turn, is to be seen before more are.
  const startNext = () => {
    isLooking = false;
    const lane = waiting.live.length > 0 ? 'live' : 'bulk';
    const next = waiting[lane].splice(0, Math.max(0, client.roomInLine(lane)));
    for (const one of next) start(one);
    if (length() <= shortEnough) shorter.wake();
    if (next.length > 0) lookSoon();
  };
  const close = client.onTurn(lookSoon);

  return {
    get length() {
      return length();
    },
    add(one) {
      waiting[laneOf(one)].push(one);
      lookSoon();
    },
    async whenAtMost(most, milliseconds, signal) {
      if (length() <= most) return;
      shortEnough = most;
      await shorter.wait(milliseconds, signal);
      shortEnough = Number.NEGATIVE_INFINITY;
    },
    startAll() {
      for (const lane of ['live', 'bulk'] as const) for (const one of waiting[lane].splice(0)) start(one);
    },
    close,
  };
}
