import type { WaitingClock } from '../../../relay/onesignal/waiting-clock.ts';

type Timer = { at: number; order: number; callback: () => void };

/** A clock that moves only when told to, and lets promises settle between its timers. */
export class VirtualClock implements WaitingClock {
  #now: number;
  #order = 0;
  readonly #timers = new Map<number, Timer>();

  constructor(start = 1_000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  setTimer(callback: () => void, ms: number): number {
    this.#order += 1;
    this.#timers.set(this.#order, { at: this.#now + Math.max(0, ms), order: this.#order, callback });
    return this.#order;
  }

  clearTimer(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Moves to `at`, firing every timer on the way in its order. */
  async advanceTo(at: number): Promise<void> {
    await settle();
    for (let next = this.#next(at); next !== undefined; next = this.#next(at)) {
      this.#now = Math.max(this.#now, next.at);
      this.#timers.delete(next.order);
      next.callback();
      await settle();
    }
    this.#now = Math.max(this.#now, at);
    await settle();
  }

  advance(ms: number): Promise<void> {
    return this.advanceTo(this.#now + ms);
  }

  #next(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (timer.at > until) continue;
      if (next === undefined || timer.at < next.at) next = timer;
    }
    return next;
  }
}

/** Lets the promises that are ready run their course. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
