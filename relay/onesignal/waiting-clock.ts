/** A clock and its timers in one, so that a test can move both by hand. */
export type WaitingClock = {
  /** Milliseconds on a clock that never jumps. */
  now(): number;
  /** Calls `callback` once, `ms` from now or a little later. */
  setTimer(callback: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
};

/** `setTimeout` turns a longer delay into one millisecond. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The machine's own clock. Its timers keep the process alive, on purpose: each stands for a call that somebody
 * awaits, and there is none while nobody waits.
 */
export function systemClock(monotonic: () => number = () => performance.now()): WaitingClock {
  return {
    now: monotonic,
    setTimer: (callback, ms) => setTimeout(callback, Math.min(Math.max(1, Math.ceil(ms)), LONGEST_TIMER_MS)),
    clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
  };
}
