import type { Lane } from '../store/store.ts';

/** So many changes of one kind are somebody at work; what is beyond is a crowd. */
const MOST_LIVE = 1_000;
/** In so long a kind gets as many live changes anew, ms. */
const REFILL_MS = 60_000;
/** More kinds than this are not kept: those at rest are forgotten. */
const MOST_KINDS = 1_000;

/** How much of its live changes a kind has used up, and when that was worked out. */
interface Level {
  used: number;
  at: number;
}

/**
 * Tells a crowd from what people do beside it, so that one change made in the middle of a mass change does not wait
 * behind all of it. Changes are of one kind when the same user made them, of the same sort, into the same stage: of a kind
 * the first thousand are live, and a thousand a minute after that, and the others go to the bulk lane. Kept in memory
 * only: a restart costs another thousand live ones.
 */
export interface Crowds {
  laneOf(kind: string): Lane;
}

export function createCrowds(now: () => number): Crowds {
  const levels = new Map<string, Level>();
  const usedNow = ({ used, at }: Level) => Math.max(0, used - ((now() - at) * MOST_LIVE) / REFILL_MS);

  const forgetIdle = () => {
    for (const [kind, level] of levels) if (usedNow(level) === 0) levels.delete(kind);
  };

  return {
    laneOf(kind) {
      const level = levels.get(kind);
      const used = level === undefined ? 0 : usedNow(level);
      const isLive = used + 1 <= MOST_LIVE;
      levels.set(kind, { used: isLive ? used + 1 : used, at: now() });
      if (levels.size > MOST_KINDS) forgetIdle();
      return isLive ? 'live' : 'bulk';
    },
  };
}
