import type { StampWindow } from '../salesforce/record-reader.ts';

/** SystemModstamp has whole seconds, so no window can be smaller. */
const SMALLEST_MS = 1_000;
/** A window that was too large costs Salesforce two minutes, so a larger one is tried only after so many that went well. */
const DONE_BEFORE_GROWING = 3;

/**
 * Cuts the time from one stamp to now into windows, one after the other and without a gap. It begins with a single
 * one: only what Salesforce can't answer is cut into smaller ones.
 */
export class StampWindows {
  readonly #until: number;
  #from: number;
  #width = Number.POSITIVE_INFINITY;
  /** Where the current window ends, if before its width. */
  #end = Number.POSITIVE_INFINITY;
  #doneInARow = 0;
  #isOver = false;

  /** @param until now, as far as we know */
  constructor(from: number, until: number) {
    this.#from = wholeSeconds(from);
    this.#until = wholeSeconds(until);
  }

  /** The window to read now; undefined when all are done. */
  get current(): StampWindow | undefined {
    if (this.#isOver) return undefined;
    const byWidth = this.#from + this.#width;
    const to = Math.min(this.#end, byWidth < this.#until ? byWidth : Number.POSITIVE_INFINITY);
    return { from: this.#from, to: to === Number.POSITIVE_INFINITY ? undefined : to };
  }

  /** The current window is read. */
  done(): void {
    const to = this.current?.to;
    if (to === undefined) {
      this.#isOver = true;
      return;
    }
    this.#from = to;
    this.#end = Number.POSITIVE_INFINITY;
    this.#doneInARow += 1;
    if (this.#doneInARow < DONE_BEFORE_GROWING) return;
    this.#doneInARow = 0;
    this.#width *= 2;
  }

  /** The current window ends before this stamp, which may lie beyond the now that we know. Others are as wide as before. */
  endAt(stamp: number): void {
    this.#end = stamp;
  }

  /** The current window is too much: from here on they are half as wide. False when it can't be cut any further. */
  cut(): boolean {
    const span = Math.min(this.#width, Math.min(this.#end, this.#until) - this.#from);
    if (this.#isOver || span <= SMALLEST_MS) return false;
    this.#end = Number.POSITIVE_INFINITY;
    this.#width = Math.max(SMALLEST_MS, wholeSeconds(span / 2));
    this.#doneInARow = 0;
    return true;
  }
}

function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000) * 1_000;
}
