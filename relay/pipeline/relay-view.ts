import type { RecordReader } from '../salesforce/record-reader.ts';
import type { SalesforceSession } from '../salesforce/session.ts';
import type { StreamState } from '../salesforce/streaming/event-source.ts';
import type { DeadLetterFilter, Store } from '../store/store.ts';
import type { Budget } from './budget/budget.ts';
import type { Deliveries } from './budget/deliveries-watch.ts';
import type { HistoryBook } from './history/history-book.ts';
import type { Readiness } from './readiness.ts';
import type { Setup } from './setup.ts';

/** A running relay as a page about it needs it: what it knows, and the little that can be asked of it. */
export interface RelayView {
  /** Ms since 1970, on the store's clock. */
  startedAt: number;
  /** Undefined until the login. */
  orgId(): string | undefined;
  readiness(): Readiness;
  stream(): StreamNow;
  /** Records whose verdict is from before the last edit of the mapping. */
  underOtherMapping(): number;
  /** Part of each allotment that the relay may use. */
  share: number;
  budget: Pick<Budget, 'phase' | 'spentUntil' | 'share'>;
  /** What was used of the allotments in 24 hours. */
  used(): AllotmentsUsed;
  history: Pick<HistoryBook, 'minutes'>;
  store: Store;
  session: SalesforceSession;
  reader: RecordReader;
  setup: Pick<Setup, 'settings' | 'mapping' | 'warnings'>;
  /** Has failed records synced and refused statuses written again. Returns how many. @throws RelayError STORE_FAILED */
  retry(filter: DeadLetterFilter): Promise<number>;
}

export interface StreamNow {
  /** `standby`: another process listens. */
  state: StreamState | 'standby';
  /** When Salesforce last answered, ms since 1970; undefined before. */
  lastAliveAt: number | undefined;
}

export interface AllotmentsUsed {
  apiCalls: number;
  /** The whole org's API calls, and of how many; undefined while Salesforce does not say. */
  org: { used: number; limit: number } | undefined;
  delivered: number;
  deliveries: Deliveries | undefined;
}
