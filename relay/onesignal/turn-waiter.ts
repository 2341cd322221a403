/** Why a call that waited for its turn will never get it. */
export type NoTurn = 'aborted' | 'closed';

/**
 * One call that waits for its turn: settles exactly once, and lets go of its abort signal when it does.
 * An object rather than closures, since there may be tens of thousands at once.
 */
export class TurnWaiter<T> {
  readonly turn: Promise<T | NoTurn>;
  settled = false;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort: (() => void) | undefined;
  #resolve: (turn: T | NoTurn) => void = () => {};

  /** `onAbort` is told after the waiter has settled by its signal. */
  constructor(signal: AbortSignal | undefined, onAbort?: () => void) {
    this.turn = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#signal = signal;
    this.#onAbort = onAbort;
    signal?.addEventListener('abort', this);
  }

  settle(turn: T | NoTurn): void {
    if (this.settled) return;
    this.settled = true;
    this.#signal?.removeEventListener('abort', this);
    this.#resolve(turn);
  }

  handleEvent(): void {
    this.settle('aborted');
    this.#onAbort?.();
  }
}
