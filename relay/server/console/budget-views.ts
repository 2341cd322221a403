import { runsOutAt, type UseAt } from '../../pipeline/budget/forecast.ts';
import { allowedCalls } from '../../pipeline/budget/phase.ts';
import type { Allotments } from '../../pipeline/history/minute-counts.ts';
import type { AllotmentsUsed, RelayView } from '../../pipeline/relay-view.ts';
import type { BudgetView, Overview } from './contract.ts';

export interface BudgetInputs {
  now: number;
  used: AllotmentsUsed;
  share: number;
  budget: RelayView['budget'];
  /** Oldest first. */
  seen: readonly ({ at: number } & Allotments)[];
}

/** Both allotments of 24 hours, each with when it is used up at the pace of the last hour. Pure. */
export function budgetViews(inputs: BudgetInputs): Overview['budgets'] {
  return { api: apiView(inputs), deliveries: deliveriesView(inputs) };
}

function apiView({ now, used, budget, seen }: BudgetInputs): BudgetView | null {
  const { share, phase, spentUntil } = budget;
  if (share === undefined) return null;
  const org = used.org ?? null;
  const own = runsOutAt(usesOf(seen, 'apiUsed'), { at: now, used: share.used }, share.allowed);
  const whole =
    org === null ? undefined : runsOutAt(usesOf(seen, 'orgApiUsed'), { at: now, used: org.used }, org.limit);
  return {
    ...share,
    org,
    phase: phase.replace('_', ' '),
    runsOutAt: earliest(own, whole),
    spentUntil: spentUntil ?? null,
  };
}

/** The relay can't take fewer events than come: its share is where `/readyz` begins to warn. */
function deliveriesView({ now, used, share, seen }: BudgetInputs): BudgetView | null {
  const { delivered, deliveries } = used;
  if (deliveries === undefined) return null;
  const { most, left } = deliveries;
  const allowed = allowedCalls(most, share);
  const whole = runsOutAt(usesOf(seen, 'orgDelivered'), { at: now, used: most - left }, most);
  return {
    used: delivered,
    allowed,
    org: { used: most - left, limit: most },
    phase: left <= 0 ? 'spent' : delivered > allowed ? 'tight' : 'easy',
    runsOutAt: whole ?? null,
    spentUntil: null,
  };
}

function usesOf(seen: BudgetInputs['seen'], name: keyof Allotments): UseAt[] {
  return seen.flatMap(({ at, [name]: used }) => (used === null ? [] : [{ at, used }]));
}

function earliest(...times: readonly (number | undefined)[]): number | null {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? null : Math.min(...known);
}
