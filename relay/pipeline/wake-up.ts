import { waitersUnder } from '../config/waiting-under.ts';

/** Lets a loop rest until there is something to do: a call of `wake`, or a time that has come. */
export interface WakeUp {
  wake(): void;
  /** Resolves at the next `wake` (or at once after one that nobody waited for), after `milliseconds`, or on abort. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export function createWakeUp(): WakeUp {
  let isAwake = false;
  let rouse: (() => void) | undefined;
  return {
    wake() {
      isAwake = true;
      rouse?.();
    },
    async wait(milliseconds, signal) {
      if (!isAwake && !signal.aborted && milliseconds > 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        rouse = resolve;
        const timer = setTimeout(resolve, milliseconds);
        const waiters = waitersUnder(signal);
        const slot = waiters.add({ abort: resolve });
        await promise;
        clearTimeout(timer);
        waiters.remove(slot);
        rouse = undefined;
      }
      isAwake = false;
    },
  };
}
