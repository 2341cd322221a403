import type { WaitingClock } from './waiting-clock.ts';

/** A way that became longer is known after two of these, ms. */
const SPAN_MS = 30_000;

/** So many trips tell what the shortest is. */
const ENOUGH = 100;

/** The shortest time of late between a request's start and its answer; 0 while too few are known to tell. */
export class ShortestTrip {
  readonly #clock: WaitingClock;
  #since: number;
  #current = Number.POSITIVE_INFINITY;
  #before = Number.POSITIVE_INFINITY;
  #count = 0;

  constructor(clock: WaitingClock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  note(ms: number): void {
    this.#turn();
    this.#current = Math.min(this.#current, ms);
    this.#count += 1;
  }

  get ms(): number {
    this.#turn();
    const shortest = Math.min(this.#current, this.#before);
    return this.#count < ENOUGH || shortest === Number.POSITIVE_INFINITY ? 0 : shortest;
  }

  #turn(): void {
    const now = this.#clock.now();
    if (now - this.#since < SPAN_MS) return;
    this.#before = now - this.#since < 2 * SPAN_MS ? this.#current : Number.POSITIVE_INFINITY;
    this.#current = Number.POSITIVE_INFINITY;
    this.#since = now;
  }
}
