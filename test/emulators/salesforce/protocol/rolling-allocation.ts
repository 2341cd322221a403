import type { Clock } from '../org-contract.ts';

/**
 * An allocation that Salesforce counts over a rolling window: API calls and event deliveries over 24 hours, published
 * events over one hour. https://developer.salesforce.com/docs/atlas.en-us.260.0.platform_events.meta/platform_events/platform_event_limits.htm
 */
export class RollingAllocation {
  readonly max: number;
  readonly #windowMs: number;
  readonly #clock: Clock;
  /** Counted per minute: a day of single calls would not be worth keeping. */
  readonly #buckets: { minute: number; count: number }[] = [];
  #used = 0;
  #spent = false;

  constructor(max: number, windowMs: number, clock: Clock) {
    this.max = max;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  get used(): number {
    this.#forgetOld();
    return this.#spent ? this.max : Math.min(this.#used, this.max);
  }

  get remaining(): number {
    return this.max - this.used;
  }

  /** Counts `count` uses, also past the maximum: the caller asks for `remaining` first where that matters. */
  take(count = 1): void {
    this.#forgetOld();
    const minute = Math.floor(this.#clock() / 60_000);
    const last = this.#buckets.at(-1);
    if (last?.minute === minute) last.count += count;
    else this.#buckets.push({ minute, count });
    this.#used += count;
  }

  /** Nothing remains until `restore`. */
  spend(): void {
    this.#spent = true;
  }

  /** As if nothing had been used. */
  restore(): void {
    this.#spent = false;
    this.#buckets.length = 0;
    this.#used = 0;
  }

  #forgetOld(): void {
    const oldest = (this.#clock() - this.#windowMs) / 60_000;
    for (let first = this.#buckets[0]; first && first.minute < oldest; first = this.#buckets[0]) {
      this.#used -= first.count;
      this.#buckets.shift();
    }
  }
}
