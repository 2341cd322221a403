/** Relative drift of two machines' clocks, both of which may be slewed by 500 ppm. */
const DRIFT = 0.001;

/** The database server's clock, read here: our own may be wrong by hours, but it counts at the right pace. */
export interface ServerClock {
  /** Milliseconds since 1970; never runs backwards. */
  now(): number;
  /** What the server's clock said (ms) between two moments of `performance.now()`. */
  learn(measured: { sentAt: number; answeredAt: number; serverTime: number }): void;
}

interface Estimate {
  offset: number;
  /** By how much it can be wrong, ms. */
  error: number;
  at: number;
}

/**
 * The most exact measurement counts until its age makes it less exact than a new one, or until both can't be true.
 * @param elapsed ms on a clock that only ever goes forward
 */
export function createServerClock(elapsed = () => performance.now()): ServerClock {
  let estimate: Estimate | undefined;
  let latest = 0;
  return {
    now() {
      if (estimate === undefined) throw new Error('the clock was not measured yet');
      latest = Math.max(latest, Math.floor(elapsed() + estimate.offset));
      return latest;
    },
    learn({ sentAt, answeredAt, serverTime }) {
      const halfTrip = (answeredAt - sentAt) / 2;
      const next = { offset: serverTime - (sentAt + halfTrip), error: halfTrip, at: answeredAt };
      if (estimate === undefined || isBetter(next, estimate)) estimate = next;
    },
  };
}

function isBetter(next: Estimate, known: Estimate): boolean {
  const knownError = known.error + (next.at - known.at) * DRIFT;
  const areCompatible = Math.abs(next.offset - known.offset) <= next.error + knownError;
  return !areCompatible || next.error <= knownError;
}
