import type { ErrorCode } from '../../config/error-codes.ts';
import type { StreamState } from '../../salesforce/streaming/event-source.ts';
import type { TroubleFigures } from '../../store/store.ts';
import type { Phase } from '../budget/phase.ts';

/** What the alerts are judged by: the relay as it is at one moment. Codes and counts only, so that nobody's data gets out. */
export interface AlertSignals {
  /** On the store's clock, ms since 1970. */
  now: number;
  isPaused: boolean;
  /** Undefined in a process that does not listen to Salesforce: before it has started, and where another one does. */
  stream: { state: StreamState; reason: string | undefined } | undefined;
  isStoreHealthy: boolean;
  /** Why work with Salesforce, reads or status writes, stands still; undefined while it goes on. */
  salesforceStopped: ErrorCode | undefined;
  onesignalStopped: ErrorCode | undefined;
  /** Of the relay's share of the org's API calls. */
  phase: Phase;
  /** The stream was told so, and has not been subscribed since. */
  areDeliveriesSpent: boolean;
  /** Of the org's event deliveries of 24 hours; undefined while the org does not say. */
  deliveries: { most: number; left: number } | undefined;
  /** Mapping rows and settings that can't work as they are. */
  faultyRows: number;
  /** As the store said last. */
  figures: TroubleFigures;
}

export const NO_TROUBLE: TroubleFigures = { oldestLiveDue: undefined, recentlyFailed: 0, refusedWriteBacks: 0 };
