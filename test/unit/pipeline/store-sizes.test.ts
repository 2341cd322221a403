import { createStoreSizes } from '../../../relay/pipeline/store-sizes.ts';
import type { Store } from '../../../relay/store/store.ts';
import { createMetrics } from '../../../relay/telemetry/metrics.ts';

test('a page that is read every few seconds has the rows counted once a minute', async () => {
  let counted = 0;
  const rows = {
    records: 3,
    users: 2,
    verdicts: 3,
    addresses: 1,
    address_waiters: 0,
    transitions: 0,
    journal: 0,
    history: 0,
  };
  const store = {
    size() {
      counted += 1;
      return Promise.resolve({ bytes: 4_096, rows });
    },
  } as Partial<Store> as Store;
  const metrics = createMetrics();
  const sizes = createStoreSizes(store, metrics);
  for (let read = 0; read < 5; read++) await sizes.measure();
  expect(counted).toBe(1);
  const { values } = await metrics.storeRows.get();
  expect(Object.fromEntries(values.map(({ labels, value }) => [labels.kind, value]))).toEqual(rows);
});

test('a count that failed is tried again at the next read', async () => {
  let tries = 0;
  const store = {
    size() {
      tries += 1;
      return Promise.reject(new Error('no'));
    },
  } as Partial<Store> as Store;
  const sizes = createStoreSizes(store, createMetrics());
  for (let read = 0; read < 2; read++) await expect(sizes.measure()).rejects.toThrow('no');
  expect(tries).toBe(2);
});
