import { readBackfillProgress } from '../../pipeline/backfill/backfill-progress.ts';
import type { CommandRequest } from '../../store/store.ts';
import type { BackfillView } from './contract.ts';

/** A pace over less than this is chance, ms. */
const LEAST_MS = 5_000;

/** How far a backfill is, and from what was seen of it how fast it goes. */
export interface BackfillPace {
  /** @param now ms */
  look(request: CommandRequest | undefined, now: number): BackfillView | null;
}

export function createBackfillPace(): BackfillPace {
  let first: { id: number; at: number; done: number } | undefined;
  return {
    look(request, now) {
      if (request === undefined) {
        first = undefined;
        return null;
      }
      const { found, read, left, phase } = readBackfillProgress(request.progress);
      const done = Math.max(0, read - left);
      if (first?.id !== request.id || done < first.done) first = { id: request.id, at: now, done };
      const seconds = (now - first.at) / 1_000;
      const perSecond = now - first.at < LEAST_MS ? null : (done - first.done) / seconds;
      // Until its last query has answered, more may be found.
      const total = phase === 'finding' && found === 0 ? null : Math.max(found, done);
      const secondsLeft = perSecond === null || perSecond === 0 || total === null ? null : (total - done) / perSecond;
      return { done, total, perSecond, secondsLeft };
    },
  };
}
