import type { Slots } from '../config/slots.ts';
import { type Waiter, waitersUnder } from '../config/waiting-under.ts';

/** Why a call that waited for its turn will never get it. */
export type NoTurn = 'aborted' | 'closed';

/**
 * One call that waits for its turn: settles exactly once, and lets go of its abort signal when it does.
 * An object rather than closures, since there may be tens of thousands at once.
 */
export class TurnWaiter<T> implements Waiter {
  readonly turn: Promise<T | NoTurn>;
  settled = false;
  readonly #waiters: Slots<Waiter> | undefined;
  readonly #slot: number;
  readonly #onAbort: (() => void) | undefined;
  #resolve: (turn: T | NoTurn) => void = () => {};

  /** `onAbort` is told after the waiter has settled by its signal. */
  constructor(signal: AbortSignal | undefined, onAbort?: () => void) {
    this.turn = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#onAbort = onAbort;
    this.#waiters = signal && waitersUnder(signal);
    this.#slot = this.#waiters?.add(this) ?? 0;
  }

  settle(turn: T | NoTurn): void {
    if (this.settled) return;
    this.settled = true;
    this.#waiters?.remove(this.#slot);
    this.#resolve(turn);
  }

  abort(): void {
    this.settle('aborted');
    this.#onAbort?.();
  }
}
