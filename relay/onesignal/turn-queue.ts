import { Fifo } from '../config/fifo.ts';
import type { TurnWaiter } from './turn-waiter.ts';

/** First in, first out; a waiter that has given up is passed over. */
export class TurnQueue<T> {
  readonly #waiters = new Fifo<TurnWaiter<T>>();

  /** How many wait, with those that have given up and stand behind one who has not. */
  get length(): number {
    return this.#waiters.length;
  }

  add(waiter: TurnWaiter<T>): void {
    this.#waiters.add(waiter);
  }

  /** The first that still waits, left in its place. */
  first(): TurnWaiter<T> | undefined {
    for (let waiter = this.#waiters.first(); waiter !== undefined; waiter = this.#waiters.first()) {
      if (!waiter.settled) return waiter;
      this.#waiters.drop();
    }
    return undefined;
  }

  /** Gives the first its turn. */
  serve(turn: T): void {
    const waiter = this.first();
    if (waiter === undefined) return;
    this.#waiters.drop();
    waiter.settle(turn);
  }

  /** Ends every wait. */
  close(): void {
    for (const waiter of this.#waiters.takeAll()) waiter.settle('closed');
  }
}
