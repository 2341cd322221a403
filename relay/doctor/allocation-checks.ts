import { z } from 'zod';
import { RelayError } from '../config/relay-error.ts';
import type { SalesforceSession } from '../salesforce/session.ts';
import { type Finding, fail, pass, warn } from './check.ts';

/** Below this share of a day's allocation somebody should know. */
const LITTLE = 0.1;

const ALLOCATION = z.object({ Max: z.number(), Remaining: z.number() });
const LIMITS = z.object({
  DailyApiRequests: ALLOCATION.optional(),
  DailyDeliveredPlatformEvents: ALLOCATION.optional(),
});

export type Allocations = z.infer<typeof LIMITS>;

/** What the org has left of its allocations of 24 hours. @throws RelayError */
export async function readAllocations(session: SalesforceSession): Promise<Allocations> {
  const limits = LIMITS.safeParse(await session.request({ call: 'limits', method: 'GET', url: '/limits' }));
  if (limits.success) return limits.data;
  throw new RelayError('SALESFORCE_REQUEST_FAILED', 'Salesforce told its limits in a form that is not known.');
}

export function checkDeliveries({ DailyDeliveredPlatformEvents: left }: Allocations): Finding {
  return judged(left, 'event deliveries', 'Changes come by reconcile until some are free; buy more, or sync less.');
}

export function checkApiCalls({ DailyApiRequests: left }: Allocations): Finding {
  return judged(
    left,
    'API calls',
    'Look in Setup, Company Information, who spends them; the relay waits for its share.',
  );
}

function judged(left: Allocations['DailyApiRequests'], what: string, fix: string): Finding {
  if (left === undefined) return warn(`The org does not tell how many ${what} it has left.`, 'Look in Setup.');
  const says = `${left.Remaining} of ${left.Max} ${what} of 24 hours are left.`;
  if (left.Remaining <= 0) return fail(says, fix);
  return left.Remaining < left.Max * LITTLE ? warn(says, fix) : pass(says);
}
