import type { Allotment, UsageSpan } from '../../store/store.ts';

/** Salesforce counts over the last 24 hours, whatever the time of day. */
export const DAY_MS = 24 * 3_600_000;
/** Uses are counted by spans of so long, ms: a day has 288 of them. */
export const SPAN_MS = 5 * 60_000;

/**
 * What was used of one allotment over the last 24 hours, by this process and by the others on its store. A span counts
 * until its last moment is 24 hours old: rather too much is counted than too little.
 */
export class RollingUsage {
  readonly #allotment: Allotment;
  /** As the store had it last. */
  #stored = new Map<number, number>();
  /** Of this process, not in the store yet. */
  #unsaved = new Map<number, number>();

  constructor(allotment: Allotment) {
    this.#allotment = allotment;
  }

  add(now: number, count = 1): void {
    const from = Math.floor(now / SPAN_MS) * SPAN_MS;
    addTo(this.#unsaved, from, count);
  }

  total(now: number): number {
    return this.#spans(now).reduce((sum, [, count]) => sum + count, 0);
  }

  /** When fewer than `target` are left, if no more come: at once where they are fewer now. Ms since 1970. */
  fallsBelow(target: number, now: number): number {
    let left = this.total(now);
    if (left < target) return now;
    for (const [from, count] of this.#spans(now)) {
      left -= count;
      if (left < target) return from + SPAN_MS + DAY_MS;
    }
    return now;
  }

  /** Hands out what the store does not know; `saved` or `notSaved` says what became of it. */
  takeUnsaved(): UsageSpan[] {
    const spans = [...this.#unsaved].map(([from, count]) => ({ allotment: this.#allotment, from, count }));
    // Until the store answers they count as if it had them.
    for (const { from, count } of spans) addTo(this.#stored, from, count);
    this.#unsaved.clear();
    return spans;
  }

  /** @param all what the store holds now, of every allotment */
  saved(all: readonly UsageSpan[]): void {
    const own = all.filter(({ allotment }) => allotment === this.#allotment);
    this.#stored = new Map(own.map(({ from, count }) => [from, count]));
  }

  notSaved(spans: readonly UsageSpan[]): void {
    for (const { allotment, from, count } of spans) {
      if (allotment !== this.#allotment) continue;
      addTo(this.#stored, from, -count);
      addTo(this.#unsaved, from, count);
    }
  }

  /** Those that count, oldest first. */
  #spans(now: number): [number, number][] {
    const all = new Map(this.#stored);
    for (const [from, count] of this.#unsaved) addTo(all, from, count);
    return [...all].filter(([from]) => from + SPAN_MS + DAY_MS > now).sort(([a], [b]) => a - b);
  }
}

function addTo(counts: Map<number, number>, from: number, count: number): void {
  counts.set(from, (counts.get(from) ?? 0) + count);
}
