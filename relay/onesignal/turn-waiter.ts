/** Why a call that waited for its turn will never get it. */
export type NoTurn = 'aborted' | 'closed';

/** Who waits under each signal. A listener for each of them would cost more than the wait. */
const waitingUnder = new WeakMap<AbortSignal, Set<{ abort(): void }>>();

function othersUnder(signal: AbortSignal): Set<{ abort(): void }> {
  const known = waitingUnder.get(signal);
  if (known !== undefined) return known;
  const waiting = new Set<{ abort(): void }>();
  waitingUnder.set(signal, waiting);
  signal.addEventListener('abort', () => {
    for (const waiter of waiting) waiter.abort();
  });
  return waiting;
}

/**
 * One call that waits for its turn: settles exactly once, and lets go of its abort signal when it does.
 * An object rather than closures, since there may be tens of thousands at once.
 */
export class TurnWaiter<T> {
  readonly turn: Promise<T | NoTurn>;
  settled = false;
  readonly #others: Set<{ abort(): void }> | undefined;
  readonly #onAbort: (() => void) | undefined;
  #resolve: (turn: T | NoTurn) => void = () => {};

  /** `onAbort` is told after the waiter has settled by its signal. */
  constructor(signal: AbortSignal | undefined, onAbort?: () => void) {
    this.turn = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#onAbort = onAbort;
    this.#others = signal && othersUnder(signal);
    this.#others?.add(this);
  }

  settle(turn: T | NoTurn): void {
    if (this.settled) return;
    this.settled = true;
    this.#others?.delete(this);
    this.#resolve(turn);
  }

  abort(): void {
    this.settle('aborted');
    this.#onAbort?.();
  }
}
