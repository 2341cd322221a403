import { isRelayError } from '../../config/relay-error.ts';
import { readAllocations } from '../../salesforce/allocations.ts';
import type { SalesforceSession } from '../../salesforce/session.ts';
import { sleep } from '../gate.ts';
import type { Budget } from './budget.ts';

/** How often the org is asked, each time for an API call, ms: its answer is right to within five minutes anyway. */
const ASK_MS = 5 * 60_000;
/** After a refusal, which is mostly a permission that the integration user does not need otherwise, ms. */
const ASK_AGAIN_MS = 3_600_000;

/** What the org has of its event deliveries of 24 hours. */
export interface Deliveries {
  most: number;
  left: number;
}

export interface DeliveriesWatch {
  /** As the org said last; undefined while it does not say. */
  readonly deliveries: Deliveries | undefined;
  /** Asks now and then until the signal aborts. What it meets harms nobody: other calls tell of an outage. */
  watch(signal: AbortSignal): Promise<void>;
}

export function createDeliveriesWatch(session: SalesforceSession, budget: Pick<Budget, 'passable'>): DeliveriesWatch {
  let deliveries: Deliveries | undefined;

  const ask = async (): Promise<boolean> => {
    try {
      const { DailyDeliveredPlatformEvents: told } = await readAllocations(session);
      deliveries = told && { most: told.Max, left: told.Remaining };
      return deliveries !== undefined;
    } catch (error) {
      if (!isRelayError(error)) throw error;
      deliveries = undefined;
      return error.code !== 'SALESFORCE_FORBIDDEN';
    }
  };

  return {
    get deliveries() {
      return deliveries;
    },
    async watch(signal) {
      while (!signal.aborted) {
        await budget.passable(signal);
        if (signal.aborted) return;
        await sleep((await ask()) ? ASK_MS : ASK_AGAIN_MS, signal);
      }
    },
  };
}
