import { type BudgetReportInputs, reportBudget } from '../../../../relay/pipeline/budget/budget-report.ts';

const INPUTS: BudgetReportInputs = {
  budget: { phase: 'easy', spentUntil: undefined, share: { used: 10, allowed: 100 } },
  deliveries: { most: 1_000, left: 900 },
  delivered: 100,
  share: 0.5,
};

test('an easy budget has nothing to say', () => {
  expect(reportBudget(INPUTS)).toEqual({ spent: undefined, warnings: [] });
});

test('a spent share says until when, and how much was used', () => {
  const budget = { phase: 'spent', spentUntil: 5, share: { used: 100, allowed: 100 } } as const;
  expect(reportBudget({ ...INPUTS, budget }).spent).toEqual({ until: 5, used: 100, allowed: 100 });
});

test('live changes only is a warning', () => {
  const budget = { phase: 'live_only', spentUntil: undefined, share: { used: 96, allowed: 100 } } as const;
  expect(reportBudget({ ...INPUTS, budget }).warnings).toEqual([expect.stringContaining('96 of its 100')]);
});

test('more deliveries than the share are a warning: what gives its part back is a filtered channel', () => {
  expect(reportBudget({ ...INPUTS, delivered: 501 }).warnings).toEqual([expect.stringContaining('filtered channel')]);
  expect(reportBudget({ ...INPUTS, delivered: 501, deliveries: undefined }).warnings).toEqual([]);
});
