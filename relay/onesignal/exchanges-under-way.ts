import type { HttpExchange } from './http-exchange.ts';
import type { WaitingClock } from './waiting-clock.ts';

/** Timers may fire that much early, ms: they count from when the process last looked at the clock. */
const EARLY_MS = 1;

/**
 * The exchanges that have no answer yet, each in a slot of its own. A `Set` would do the same and cost more: whenever it
 * is rehashed, V8 leaves the old table with its entries to the collector, and once that table is old, each exchange of that
 * time lives on with its whole request and answer until the next full collection.
 * https://github.com/v8/v8/blob/main/src/objects/ordered-hash-table.h
 *
 * One timer cuts off whatever has waited for too long; a timer each would be made and cleared a thousand times a second.
 */
export class ExchangesUnderWay {
  readonly #timeoutMs: number;
  readonly #clock: WaitingClock;
  readonly #slots: (HttpExchange | undefined)[] = [];
  /** By slot. */
  readonly #cutOffAt: number[] = [];
  readonly #free: number[] = [];
  #timer: unknown;

  /** @param timeoutMs covers all of an exchange, up to the last byte */
  constructor(timeoutMs: number, clock: WaitingClock) {
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  /** @returns the slot, to be given back when the exchange has ended */
  add(exchange: HttpExchange): number {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = exchange;
    this.#cutOffAt[slot] = this.#clock.now() + this.#timeoutMs;
    this.#timer ??= this.#clock.setTimer(this.#cutOff, this.#timeoutMs);
    return slot;
  }

  remove(slot: number): void {
    this.#slots[slot] = undefined;
    this.#free.push(slot);
    if (this.#free.length === this.#slots.length) this.#stopTimer();
  }

  all(): HttpExchange[] {
    return this.#slots.filter((exchange) => exchange !== undefined);
  }

  readonly #cutOff = (): void => {
    this.#stopTimer();
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [slot, exchange] of this.#slots.entries()) {
      if (exchange === undefined) continue;
      const left = (this.#cutOffAt[slot] ?? now) - now;
      if (left <= EARLY_MS) exchange.fail('timeout');
      else next = Math.min(next, left);
    }
    if (next < Number.POSITIVE_INFINITY) this.#timer = this.#clock.setTimer(this.#cutOff, next);
  };

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}
