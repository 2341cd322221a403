import * as fc from 'fast-check';
import { LatencyBuckets } from '../../../relay/telemetry/latency-buckets.ts';

const of = (times: readonly number[]) => {
  const buckets = new LatencyBuckets();
  for (const ms of times) buckets.add(ms);
  return buckets;
};

test('percentiles are those of the times, to within a twentieth', () => {
  const time = fc.integer({ min: 20, max: 3_600_000 });
  void fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 300 }), (times) => {
      const sorted = times.toSorted((a, b) => a - b);
      const found = of(times).percentiles();
      for (const [name, part] of [
        ['p50', 0.5],
        ['p95', 0.95],
        ['p99', 0.99],
      ] as const) {
        const exact = sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
        expect(Math.abs((found?.[name] ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.05 + 1);
      }
    }),
    { seed: 8 },
  );
});

test('counts of several minutes add up to what all their times together have', () => {
  const both = of([5, 40, 900]);
  both.addCounts(JSON.parse(JSON.stringify(of([70, 8_000]).counts())));
  expect(both.percentiles()).toEqual(of([5, 40, 900, 70, 8_000]).percentiles());
});

test('what is taken away counts no more, and nothing counted has no percentiles', () => {
  const buckets = of([100]);
  const before = buckets.counts();
  buckets.add(5_000);
  buckets.subtract(before);
  expect(buckets.percentiles()).toEqual(of([5_000]).percentiles());
  buckets.subtract(buckets.counts());
  expect(buckets.counts()).toEqual({});
  expect(buckets.percentiles()).toBeUndefined();
});

test.each([0, 0.2, 1e15])('a time of %p ms has its bucket', (ms) => {
  expect(Object.values(of([ms]).counts())).toEqual([1]);
});
