import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '../config/backoff.ts';
import { isRelayError } from '../config/relay-error.ts';
import type { StageMove, StageTransition } from '../mapping/stage-transition.ts';
import type { StreamEvent } from '../salesforce/streaming/event-source.ts';
import type { EventBatch, RecordChange, Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createCrowds } from './crowds.ts';
import { type EventFault, readStageChange, type StageChange } from './stage-change.ts';
import { createStoreHealth } from './store-health.ts';

export interface IntakeOptions {
  store: Store;
  channel: string;
  metrics: Metrics;
  logger: Logger;
  now: () => number;
  /** What is to follow a record's move into a stage, beyond the tags. */
  whatFollows(move: StageMove): readonly StageTransition[];
  /** Called after each commit that made records due. */
  onDue: () => void;
  /** Told how many events came. */
  onDelivered(count: number): void;
}

export interface Intake {
  /**
   * Resolves when what the events ask for is in the store, and tries again for as long as the store can't do its work.
   * Rejects with RelayError when the store refuses for another reason, or with what the store said last once stopped.
   * `epoch` is the part under which the process holds the subscription.
   */
  take(events: readonly StreamEvent[], epoch: number, signal: AbortSignal): Promise<void>;
  /** False while the store can't take what has come. */
  readonly isStoreHealthy: boolean;
}

/** A store that fails is asked again soon at first: Salesforce waits 40 s for the next /meta/connect. */
const STORE_WAITS = { firstMs: 100, longestMs: 5_000 };

/**
 * Takes one delivery of events: what they ask for and the cursor are committed together, so the cursor never passes an
 * event that is not in the store. An unusable event is counted and passed; its neighbours count.
 */
export function createIntake({
  store,
  channel,
  metrics,
  logger,
  now,
  whatFollows,
  onDue,
  onDelivered,
}: IntakeOptions): Intake {
  const reported = new Set<EventFault>();
  const health = createStoreHealth(logger);

  const crowds = createCrowds(now);

  const report = (fault: EventFault) => {
    metrics.eventsUnusable.inc({ reason: fault });
    if (reported.has(fault)) return;
    reported.add(fault);
    logger.warn('An event from Salesforce is not as expected; further ones of this kind are only counted.', {
      reason: fault,
    });
  };

  const inItsLane = ({ changes, kind }: StageChange): RecordChange[] => {
    if (kind === undefined) return [];
    const lane = crowds.laneOf(kind);
    return changes.map((change) => ({ ...change, lane }));
  };

  const commit = async (batch: EventBatch, signal: AbortSignal) => {
    for (let failures = 0; ; failures += 1) {
      try {
        await store.commitEvents(batch);
        if (!health.isHealthy) logger.info('The store takes events again.');
        health.works();
        return;
      } catch (error) {
        if (!isRelayError(error) || error.code !== 'STORE_FAILED' || signal.aborted) throw error;
        health.failed(error);
        await sleep(backoffMs(STORE_WAITS, failures, Math.random), undefined, { signal }).catch(() => undefined);
      }
    }
  };

  return {
    async take(events, epoch, signal) {
      const read = events.map(({ payload }) => readStageChange(payload));
      const changes = read.flatMap(inItsLane);
      const transitions = read.flatMap(({ move }) => (move === undefined ? [] : whatFollows(move)));
      const replayId = events.findLast((event) => event.replayId !== undefined)?.replayId;
      await commit({ epoch, channel, replayId, changes, transitions, receivedAt: now() }, signal);
      metrics.eventsReceived.inc(events.length);
      onDelivered(events.length);
      for (const { faults } of read) faults.forEach(report);
      if (changes.length > 0) onDue();
    },
    get isStoreHealthy() {
      return health.isHealthy;
    },
  };
}
