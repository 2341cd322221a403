import type { ErrorCode } from '../../config/error-codes.ts';
import { isRelayError } from '../../config/relay-error.ts';
import { readAllocations } from '../../salesforce/allocations.ts';
import type { SalesforceSession } from '../../salesforce/session.ts';
import type { Logger } from '../../telemetry/logger.ts';
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

export interface DeliveriesWatchOptions {
  session: SalesforceSession;
  budget: Pick<Budget, 'passable'>;
  logger: Logger;
}

export function createDeliveriesWatch({ session, budget, logger }: DeliveriesWatchOptions): DeliveriesWatch {
  let deliveries: Deliveries | undefined;
  let told: ErrorCode | undefined;

  const ask = async (): Promise<boolean> => {
    try {
      const { DailyDeliveredPlatformEvents: day } = await readAllocations(session);
      deliveries = day && { most: day.Max, left: day.Remaining };
      told = undefined;
      return deliveries !== undefined;
    } catch (error) {
      if (!isRelayError(error)) throw error;
      deliveries = undefined;
      const { code } = error;
      if (code !== told) logger.info('Salesforce does not say what is left of its event deliveries.', { code });
      told = code;
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
