import type { Budget } from './budget.ts';
import type { Deliveries } from './deliveries-watch.ts';
import { allowedCalls } from './phase.ts';

/** What the relay uses of the org's allotments of 24 hours, as `/readyz` is told of it. */
export interface BudgetState {
  /** Calls are made again from then on; undefined while they are made. */
  spent: { until: number; used: number; allowed: number } | undefined;
  /** What works, but slower or later than usual, a sentence each. */
  warnings: readonly string[];
}

export interface BudgetReportInputs {
  budget: Pick<Budget, 'phase' | 'spentUntil' | 'share'>;
  deliveries: Deliveries | undefined;
  /** Events that the relay got in the last 24 hours. */
  delivered: number;
  /** Part of each allotment that the relay may use. */
  share: number;
}

/** Pure. */
export function reportBudget({ budget, deliveries, delivered, share }: BudgetReportInputs): BudgetState {
  const { phase, spentUntil, share: calls } = budget;
  const warnings: string[] = [];
  if (phase === 'live_only' && calls !== undefined)
    warnings.push(
      `Few API calls are left (the relay used ${calls.used} of its ${calls.allowed} in 24 hours, or the org nearly all of its own): live changes go on, backfill and reconcile wait`,
    );
  if (deliveries !== undefined && delivered > allowedCalls(deliveries.most, share))
    warnings.push(
      `The relay got ${delivered} of the org’s ${deliveries.most} event deliveries in 24 hours, more than its share; a filtered channel brings fewer (docs/stream.md)`,
    );
  const isSpent = spentUntil !== undefined && calls !== undefined;
  return { spent: isSpent ? { until: spentUntil, ...calls } : undefined, warnings };
}
