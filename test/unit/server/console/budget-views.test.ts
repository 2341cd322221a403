import { type BudgetInputs, budgetViews } from '../../../../relay/server/console/budget-views.ts';

const HOUR = 3_600_000;
const NOW = 1_764_000_000_000;

function inputs(given: Partial<BudgetInputs> = {}): BudgetInputs {
  return {
    now: NOW,
    used: { apiCalls: 500, org: { used: 6_000, limit: 10_000 }, delivered: 70, deliveries: { most: 1_000, left: 400 } },
    share: 0.5,
    budget: { phase: 'easy', spentUntil: undefined, share: { used: 500, allowed: 5_000 } },
    seen: [{ at: NOW - HOUR, apiUsed: 500, orgApiUsed: 6_000, orgDelivered: 600 }],
    ...given,
  };
}

test('each allotment has what the relay and the org used of it', () => {
  expect(budgetViews(inputs())).toEqual({
    api: {
      used: 500,
      allowed: 5_000,
      org: { used: 6_000, limit: 10_000 },
      phase: 'easy',
      runsOutAt: null,
      spentUntil: null,
    },
    deliveries: {
      used: 70,
      allowed: 500,
      org: { used: 600, limit: 1_000 },
      phase: 'easy',
      runsOutAt: null,
      spentUntil: null,
    },
  });
});

test('calls run out when the relay’s share does or the org’s limit, whichever is first', () => {
  const seen = { at: NOW - HOUR, apiUsed: 500, orgApiUsed: 6_000, orgDelivered: 600 };
  const own = budgetViews(inputs({ seen: [{ ...seen, apiUsed: 0 }] }));
  expect(own.api?.runsOutAt).toBe(NOW + 9 * HOUR);
  const both = budgetViews(inputs({ seen: [{ ...seen, apiUsed: 0, orgApiUsed: 5_000, orgDelivered: 500 }] }));
  expect([both.api?.runsOutAt, both.deliveries?.runsOutAt]).toEqual([NOW + 4 * HOUR, NOW + 4 * HOUR]);
});

test('a share that is spent says until when', () => {
  const budget = { phase: 'spent', spentUntil: NOW + HOUR, share: { used: 5_000, allowed: 5_000 } } as const;
  expect(budgetViews(inputs({ budget })).api).toMatchObject({
    phase: 'spent',
    spentUntil: NOW + HOUR,
    runsOutAt: null,
  });
  const liveOnly = { phase: 'live_only', spentUntil: undefined, share: { used: 4_800, allowed: 5_000 } } as const;
  expect(budgetViews(inputs({ budget: liveOnly })).api?.phase).toBe('live only');
});

test.each([
  [{ delivered: 600, deliveries: { most: 1_000, left: 100 } }, 'tight'],
  [{ delivered: 600, deliveries: { most: 1_000, left: 0 } }, 'spent'],
])('deliveries are %p: %s', (given, phase) => {
  const used = { ...inputs().used, ...given };
  expect(budgetViews(inputs({ used })).deliveries?.phase).toBe(phase);
});

test('what Salesforce does not say is not shown', () => {
  const used = { apiCalls: 5, org: undefined, delivered: 0, deliveries: undefined };
  const budget = { phase: 'easy', spentUntil: undefined, share: undefined } as const;
  expect(budgetViews(inputs({ used, budget }))).toEqual({ api: null, deliveries: null });
});
