import { allowedCalls } from '../pipeline/budget/phase.ts';
import { DAY_MS, SPAN_MS } from '../pipeline/budget/rolling-usage.ts';
import type { Allocations } from '../salesforce/allocations.ts';
import type { Allotment, Store } from '../store/store.ts';
import { type Finding, fail, pass, warn } from './check.ts';

/** Below this share of a day's allocation somebody should know. */
const LITTLE = 0.1;

/** What the relays on a store used of the org's allotments in the last 24 hours, and what part they may use. */
export interface OwnUse {
  share: number;
  used: Readonly<Record<Allotment, number>>;
}

/** @throws RelayError STORE_FAILED */
export async function readOwnUse(store: Pick<Store, 'addUsage' | 'now'>, share: number): Promise<OwnUse> {
  const since = store.now() - DAY_MS - SPAN_MS;
  const spans = await store.addUsage({ spans: [], forgetBefore: since });
  const sum = (wanted: Allotment) =>
    spans.filter(({ allotment }) => allotment === wanted).reduce((total, { count }) => total + count, 0);
  return { share, used: { api_call: sum('api_call'), delivery: sum('delivery') } };
}

/** @param own undefined where the store can't be read */
export function checkDeliveries({ DailyDeliveredPlatformEvents: left }: Allocations, own: OwnUse | undefined): Finding {
  return judged(left, own && { ...own, used: own.used.delivery }, {
    what: 'event deliveries',
    fix: 'Changes come by reconcile until some are free; buy more, or sync less.',
    fixOfShare: 'A filtered channel brings fewer (docs/stream.md).',
  });
}

/** @param own undefined where the store can't be read */
export function checkApiCalls({ DailyApiRequests: left }: Allocations, own: OwnUse | undefined): Finding {
  return judged(left, own && { ...own, used: own.used.api_call }, {
    what: 'API calls',
    fix: 'Look in Setup, Company Information, who spends them; the relay waits for its share.',
    fixOfShare:
      'The relay waits until some are free; raise RELAY_API_SHARE, or see docs/budgets.md for what costs what.',
  });
}

interface Words {
  what: string;
  fix: string;
  fixOfShare: string;
}

function judged(
  left: Allocations['DailyApiRequests'],
  own: { share: number; used: number } | undefined,
  { what, fix, fixOfShare }: Words,
): Finding {
  if (left === undefined) return warn(`The org does not tell how many ${what} it has left.`, 'Look in Setup.');
  const allowed = own && allowedCalls(left.Max, own.share);
  const ofRelay = own === undefined ? '' : ` The relay used ${own.used} of its share of ${allowed}.`;
  const says = `${left.Remaining} of ${left.Max} ${what} of 24 hours are left.${ofRelay}`;
  if (left.Remaining <= 0) return fail(says, fix);
  if (own !== undefined && allowed !== undefined && own.used >= allowed) return warn(says, fixOfShare);
  return left.Remaining < left.Max * LITTLE ? warn(says, fix) : pass(says);
}
