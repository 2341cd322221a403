import type { StreamState } from '../../salesforce/streaming/event-source.ts';

/** Whether the org's event deliveries are spent, as the stream shows it. */
export interface SpentDeliveries {
  /** True until the stream is subscribed again. */
  readonly areSpent: boolean;
  onState(state: StreamState): void;
}

/**
 * Watches the stream for the moment in which the org's event deliveries are spent. Events stay out until some are free,
 * and only a pass of reconcile finds what they would have told; later ones come by schedule.
 * @param onSpent called once, until the stream is subscribed again
 */
export function watchSpentDeliveries(onSpent: () => void): SpentDeliveries {
  let areSpent = false;
  return {
    get areSpent() {
      return areSpent;
    },
    onState(state) {
      if (state === 'waiting' && !areSpent) onSpent();
      // In between the stream connects, to ask whether some are free.
      areSpent = state === 'waiting' || (areSpent && state !== 'subscribed');
    },
  };
}
