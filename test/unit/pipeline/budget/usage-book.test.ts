import { RelayError } from '../../../../relay/config/relay-error.ts';
import { createUsageBook } from '../../../../relay/pipeline/budget/usage-book.ts';
import type { Store, UsageSpan } from '../../../../relay/store/store.ts';

const T0 = Date.parse('2026-11-25T12:00:00Z');

test('what a store that fails did not take goes with the next save, and nothing is lost or counted twice', async () => {
  let isDown = true;
  const taken: UsageSpan[] = [];
  const addUsage: Store['addUsage'] = ({ spans }) => {
    if (isDown) return Promise.reject(new RelayError('STORE_FAILED', 'The disk is full.'));
    taken.push(...spans);
    return Promise.resolve([...taken]);
  };
  const book = createUsageBook({ addUsage, now: () => T0 } as Store);
  book.apiCalls.add(T0, 3);
  book.deliveries.add(T0, 5);
  await book.save();
  expect([book.apiCalls.total(T0), book.deliveries.total(T0)]).toEqual([3, 5]);
  isDown = false;
  await book.save();
  expect(taken.map(({ allotment, count }) => [allotment, count])).toEqual([
    ['api_call', 3],
    ['delivery', 5],
  ]);
  expect([book.apiCalls.total(T0), book.deliveries.total(T0)]).toEqual([3, 5]);
});
