import { type AlertSignals, NO_TROUBLE } from '../../../../relay/pipeline/alerts/alert-signals.ts';

export const T0 = Date.parse('2026-11-25T12:00:00Z');
export const MINUTE = 60_000;

/** A relay that is well, but for what is given. */
export function signals(given: Partial<AlertSignals> = {}): AlertSignals {
  return {
    now: T0,
    isPaused: false,
    stream: { state: 'subscribed', reason: undefined },
    isStoreHealthy: true,
    salesforceStopped: undefined,
    onesignalStopped: undefined,
    phase: 'easy',
    areDeliveriesSpent: false,
    deliveries: { most: 50_000, left: 40_000 },
    faultyRows: 0,
    figures: NO_TROUBLE,
    ...given,
  };
}
