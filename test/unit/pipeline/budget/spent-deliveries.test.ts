import { watchSpentDeliveries } from '../../../../relay/pipeline/budget/spent-deliveries.ts';

test('spent deliveries are told once, however often the stream asks again, and anew when they were free meanwhile', () => {
  let told = 0;
  const spent = watchSpentDeliveries(() => {
    told += 1;
  });
  for (const state of ['subscribed', 'waiting', 'connecting', 'waiting', 'waiting'] as const) spent.onState(state);
  expect(told).toBe(1);
  for (const state of ['connecting', 'subscribed', 'waiting'] as const) spent.onState(state);
  expect(told).toBe(2);
  spent.onState('connecting');
  expect(spent.areSpent).toBe(true);
  spent.onState('subscribed');
  expect(spent.areSpent).toBe(false);
});
