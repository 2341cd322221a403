import { isRelayError } from '../../config/relay-error.ts';
import type { Store } from '../../store/store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Budget } from '../budget/budget.ts';
import type { WakeUp } from '../wake-up.ts';
import { digest } from './digest.ts';

/** Events, and moves, of one transaction. */
const MOST = 500;
/** Another process may have been sent events, ms. */
const LOOK_MS = 2_000;

export interface EngagementWorkerOptions {
  store: Store;
  /** How long after a message a move counts for it, ms. */
  influenceMs: number;
  budget: Pick<Budget, 'windows'>;
  metrics: Metrics;
  logger: Logger;
  wakeUp: WakeUp;
  /** The part under which this process works now; it must hold the subscription. */
  epoch: () => number;
  /** The store's clock. */
  now: () => number;
}

/** Makes of events and moves what records and the report say. */
export interface EngagementWorker {
  run(signal: AbortSignal): Promise<void>;
  /** @returns false when there was nothing new */
  pass(): Promise<boolean>;
}

export function createEngagementWorker(options: EngagementWorkerOptions): EngagementWorker {
  const { store, influenceMs, budget, metrics, logger, wakeUp, epoch, now } = options;

  const pass = async (): Promise<boolean> => {
    const [events, moves] = [await store.newEngagement(MOST), await store.newMoves(MOST)];
    if (events.length === 0 && moves.length === 0) return false;
    const userKeys = [...new Set([...events, ...moves].flatMap(({ userKey }) => userKey ?? []))];
    // What came before the earliest of them can't change by them.
    const movesFrom = [...events, ...moves].reduce((first, { at }) => Math.min(first, at), Number.MAX_SAFE_INTEGER);
    const context = await store.engagementContext({ userKeys, movesFrom, touchesFrom: movesFrom - influenceMs });
    const digested = digest(events, moves, context, influenceMs);
    const writeAt = now() + budget.windows.engagementMs;
    await store.commitEngagement({ epoch: epoch(), ...digested, writeAt, now: now() });
    for (const { recordId } of digested.events)
      metrics.engagementEvents.inc({ result: recordId === null ? 'unknown_user' : 'counted' });
    return true;
  };

  /** A store that fails is told of by those that can't go on without it. */
  const passed = () =>
    pass().catch((error: unknown) => {
      if (!isRelayError(error)) logger.error('The engagement worker met a defect.', {});
      return false;
    });

  return {
    pass,
    async run(signal) {
      while (!signal.aborted) if (!(await passed())) await wakeUp.wait(LOOK_MS, signal);
    },
  };
}
