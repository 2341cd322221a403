import type { StreamEvent } from '../salesforce/streaming/event-source.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type EventFault, readStageChange } from './stage-change.ts';

export interface IntakeOptions {
  store: Store;
  channel: string;
  metrics: Metrics;
  logger: Logger;
  now: () => number;
  /** Called after each commit that made records due. */
  onDue: () => void;
}

/**
 * Takes one delivery of events: what they ask for and the cursor are committed together, so the cursor never passes an
 * event that is not in the store. An unusable event is counted and passed; its neighbours count.
 */
export function createIntake({ store, channel, metrics, logger, now, onDue }: IntakeOptions) {
  const reported = new Set<EventFault>();

  const report = (fault: EventFault) => {
    metrics.eventsUnusable.inc({ reason: fault });
    if (reported.has(fault)) return;
    reported.add(fault);
    logger.warn('An event from Salesforce is not as expected; further ones of this kind are only counted.', {
      reason: fault,
    });
  };

  return async (events: readonly StreamEvent[]): Promise<void> => {
    const read = events.map(({ payload }) => readStageChange(payload));
    const changes = read.flatMap((event) => event.changes);
    const replayId = events.findLast((event) => event.replayId !== undefined)?.replayId;
    await store.commitEvents({ channel, replayId, changes, receivedAt: now() });
    metrics.eventsReceived.inc(events.length);
    for (const { faults } of read) faults.forEach(report);
    if (changes.length > 0) onDue();
  };
}
