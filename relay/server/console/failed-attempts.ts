/** Wrong tokens count for so long, ms. */
const WINDOW_MS = 15 * 60_000;
const MOST_OF_ADDRESS = 10;
const MOST_IN_ALL = 100;

/** Counts wrong tokens by address and in all: beyond a few no further token is looked at, be it the right one. */
export interface FailedAttempts {
  mayTry(address: string): boolean;
  failed(address: string): void;
}

/** @param now ms on a clock that never jumps */
export function createFailedAttempts(now: () => number): FailedAttempts {
  /** Oldest first, at most `MOST_IN_ALL`. */
  let attempts: { address: string; at: number }[] = [];
  const recent = () => {
    attempts = attempts.filter(({ at }) => at > now() - WINDOW_MS);
    return attempts;
  };
  return {
    mayTry(address) {
      const all = recent();
      return all.length < MOST_IN_ALL && all.filter((one) => one.address === address).length < MOST_OF_ADDRESS;
    },
    failed(address) {
      recent().push({ address, at: now() });
    },
  };
}
