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
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          rouse = () => {
            clearTimeout(timer);
            resolve();
          };
          signal.addEventListener('abort', rouse, { once: true });
        });
        if (rouse !== undefined) signal.removeEventListener('abort', rouse);
        rouse = undefined;
      }
      isAwake = false;
    },
  };
}
