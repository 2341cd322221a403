import type { TurnWaiter } from './turn-waiter.ts';

/** How many served places may pile up before the array is cut: keeps a step's cost constant on average. */
const CUT_AFTER = 1024;

/** First in, first out; a waiter that has given up is passed over. */
export class TurnQueue<T> {
  #waiters: TurnWaiter<T>[] = [];
  #head = 0;

  /** How many wait, with those that have given up and stand behind one who has not. */
  get length(): number {
    return this.#waiters.length - this.#head;
  }

  add(waiter: TurnWaiter<T>): void {
    this.#waiters.push(waiter);
  }

  /** The first that still waits, left in its place. */
  first(): TurnWaiter<T> | undefined {
    while (this.#head < this.#waiters.length) {
      const waiter = this.#waiters[this.#head];
      if (waiter !== undefined && !waiter.settled) return waiter;
      this.#head += 1;
    }
    this.#waiters = [];
    this.#head = 0;
    return undefined;
  }

  /** Gives the first its turn. */
  serve(turn: T): void {
    const waiter = this.first();
    if (waiter === undefined) return;
    this.#head += 1;
    if (this.#head >= CUT_AFTER && this.#head * 2 >= this.#waiters.length) {
      this.#waiters = this.#waiters.slice(this.#head);
      this.#head = 0;
    }
    waiter.settle(turn);
  }

  /** Ends every wait. */
  close(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    this.#head = 0;
    for (const waiter of waiters) waiter.settle('closed');
  }
}
