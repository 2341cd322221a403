/**
 * OneSignal's limits, judged on receipt: so many requests a second for the app, one write a second for a user or
 * subscription, one view a second. https://documentation.onesignal.com/reference/rate-limits
 * A refused request counts too: asking again early extends the throttling, as that page warns.
 */
export const WINDOW_MS = 1_000;

/** A sliding window over the last `limit` receipts. */
export class SlidingWindow {
  readonly #receipts: Float64Array;
  #next = 0;

  constructor(limit: number) {
    if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limit must be a whole number above 0: ${limit}`);
    this.#receipts = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
  }

  /**
   * Notes a receipt. Returns the ms since the receipt `limit` places earlier: below 1,000 the limit is broken.
   * @param receivedAt ms, in any order that is off by less than a window
   */
  note(receivedAt: number): number {
    const earlier = this.#receipts[this.#next] ?? Number.NEGATIVE_INFINITY;
    this.#receipts[this.#next] = receivedAt;
    this.#next = (this.#next + 1) % this.#receipts.length;
    return Math.abs(receivedAt - earlier);
  }
}

/** One write a second for each user, whatever alias it was addressed by. */
export class WriteSpacing {
  readonly #last = new Map<string, number>();

  /**
   * Notes a write under all names of its user. Returns the ms since the last write under any of them (Infinity for the
   * first); below 1,000 the limit is broken.
   */
  note(names: Iterable<string>, receivedAt: number): number {
    let since = Number.POSITIVE_INFINITY;
    for (const name of names) {
      const last = this.#last.get(name);
      if (last !== undefined) since = Math.min(since, Math.abs(receivedAt - last));
      this.#last.set(name, Math.max(receivedAt, last ?? receivedAt));
    }
    return since;
  }

  /** A new user starts with the time of the request that created it. */
  remember(name: string, receivedAt: number): void {
    this.#last.set(name, Math.max(receivedAt, this.#last.get(name) ?? receivedAt));
  }
}
