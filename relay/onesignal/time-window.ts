/** The times of the last so many events, at most `capacity` of them, in a ring. */
export class TimeWindow {
  readonly #times: Float64Array;
  lengthMs = 1_000;
  #oldest = 0;
  #count = 0;

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity);
  }

  /** `at` must not be earlier than the last one, and there must be room. */
  add(at: number): void {
    this.#times[(this.#oldest + this.#count) % this.#times.length] = at;
    this.#count += 1;
  }

  /** Those within the window that ends now. */
  countAt(now: number): number {
    while (this.#count > 0 && (this.#times[this.#oldest] ?? 0) + this.lengthMs <= now) {
      this.#oldest = (this.#oldest + 1) % this.#times.length;
      this.#count -= 1;
    }
    return this.#count;
  }

  /** When the `nth` oldest leaves the window, from 1 on; Infinity if there are fewer. */
  leavesAt(nth: number): number {
    if (nth > this.#count) return Number.POSITIVE_INFINITY;
    return (this.#times[(this.#oldest + nth - 1) % this.#times.length] ?? 0) + this.lengthMs;
  }
}
