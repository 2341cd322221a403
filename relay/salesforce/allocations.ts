import { z } from 'zod';
import { RelayError } from '../config/relay-error.ts';
import type { SalesforceSession } from './session.ts';

const ALLOCATION = z.object({ Max: z.number(), Remaining: z.number() });
const LIMITS = z.object({
  DailyApiRequests: ALLOCATION.optional(),
  DailyDeliveredPlatformEvents: ALLOCATION.optional(),
});

export type Allocations = z.infer<typeof LIMITS>;

/**
 * What the org has left of its allocations of 24 hours, right to within five minutes. Salesforce tells it to users with
 * View Setup and Configuration.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_limits.htm
 * @throws RelayError as a request does, and when the answer has another form
 */
export async function readAllocations(session: SalesforceSession): Promise<Allocations> {
  const limits = LIMITS.safeParse(await session.request({ call: 'limits', method: 'GET', url: '/limits' }));
  if (limits.success) return limits.data;
  throw new RelayError('SALESFORCE_REQUEST_FAILED', 'Salesforce told its limits in a form that is not known.');
}
