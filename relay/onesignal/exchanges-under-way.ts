import { Slots } from '../config/slots.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { WaitingClock } from './waiting-clock.ts';

/** Timers may fire that much early, ms: they count from when the process last looked at the clock. */
const EARLY_MS = 1;

/**
 * The exchanges that have no answer yet. One timer cuts off whatever has waited for too long; a timer each would be made
 * and cleared a thousand times a second.
 */
export class ExchangesUnderWay {
  readonly #timeoutMs: number;
  readonly #clock: WaitingClock;
  readonly #exchanges = new Slots<HttpExchange>();
  /** By slot. */
  readonly #cutOffAt: number[] = [];
  #timer: unknown;

  /** @param timeoutMs covers all of an exchange, up to the last byte */
  constructor(timeoutMs: number, clock: WaitingClock) {
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  /** @returns the slot, to be given back when the exchange has ended */
  add(exchange: HttpExchange): number {
    const slot = this.#exchanges.add(exchange);
    this.#cutOffAt[slot] = this.#clock.now() + this.#timeoutMs;
    this.#timer ??= this.#clock.setTimer(this.#cutOff, this.#timeoutMs);
    return slot;
  }

  remove(slot: number): void {
    this.#exchanges.remove(slot);
    if (this.#exchanges.isEmpty) this.#stopTimer();
  }

  all(): HttpExchange[] {
    return this.#exchanges.all();
  }

  readonly #cutOff = (): void => {
    this.#stopTimer();
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    this.#exchanges.forEach((exchange, slot) => {
      const left = (this.#cutOffAt[slot] ?? now) - now;
      if (left <= EARLY_MS) exchange.fail('timeout');
      else next = Math.min(next, left);
    });
    if (next < Number.POSITIVE_INFINITY) this.#timer = this.#clock.setTimer(this.#cutOff, next);
  };

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}
