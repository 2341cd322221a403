import { type MinuteCounts, readMinuteCounts, spansOf } from '../../../../relay/pipeline/history/minute-counts.ts';
import { LatencyBuckets } from '../../../../relay/telemetry/latency-buckets.ts';

const MINUTE = 60_000;
const NOTHING: MinuteCounts = {
  ...{ events: 0, synced: 0, skipped: 0, failed: 0, salesforceCalls: 0, onesignalRequests: 0 },
  latency: {},
  due: 0,
  allotments: { apiUsed: 0, orgApiUsed: null, orgDelivered: null },
};
const minute = (at: number, given: Partial<MinuteCounts>) => ({ at, counts: { ...NOTHING, ...given } });
const took = (ms: number) => {
  const latency = new LatencyBuckets();
  latency.add(ms);
  return latency.counts();
};

test('minutes of several processes add up; what is due is what the last minute saw', () => {
  const spans = spansOf(
    [
      minute(0, { events: 3, synced: 2, due: 9, latency: took(100) }),
      minute(MINUTE, { events: 1, failed: 1, due: 4 }),
      minute(MINUTE, { synced: 5, onesignalRequests: 7, due: 4, latency: took(100) }),
    ],
    5 * MINUTE,
  );
  expect(spans).toEqual([
    {
      at: 0,
      ...{ events: 4, synced: 7, skipped: 0, failed: 1, due: 4, salesforceCalls: 0, onesignalRequests: 7 },
      latency: { p50: 97, p95: 97, p99: 97 },
    },
  ]);
});

test('spans come oldest first, and one without a process is left out', () => {
  const spans = spansOf([minute(12 * MINUTE, { events: 1 }), minute(MINUTE, { events: 2 })], 5 * MINUTE);
  expect(spans.map(({ at, events }) => [at, events])).toEqual([
    [0, 2],
    [10 * MINUTE, 1],
  ]);
  expect(spans[0]?.latency).toBeUndefined();
});

test('a row that another version wrote is passed over', () => {
  expect(readMinuteCounts('{"events":1}')).toBeUndefined();
  expect(readMinuteCounts(JSON.stringify(NOTHING))).toEqual(NOTHING);
});
