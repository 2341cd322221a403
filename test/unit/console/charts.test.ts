import { condense } from '../../../relay/console/chart/condense.ts';
import { roundTicks, scaleOf, timeTicks } from '../../../relay/console/chart/scale.ts';
import type { HistoryPoint } from '../../../relay/server/console/contract.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

test('a scale puts both ends where they belong, also where there is nothing between them', () => {
  const scale = scaleOf(0, 50, 100, 0);
  expect([scale(0), scale(25), scale(50)]).toEqual([100, 50, 0]);
  expect(scaleOf(5, 5, 0, 10)(5)).toBe(0);
});

test.each([
  [460, false, [0, 200, 400, 600]],
  [1, true, [0, 1]],
  [2, true, [0, 1, 2]],
  [0, true, [0, 1]],
  [1_340, false, [0, 500, 1_000, 1_500]],
  [0.3, false, [0, 0.1, 0.2, 0.30000000000000004]],
])('an axis up to %d has round values', (max, isWhole, ticks) => {
  expect(roundTicks(max, 3, isWhole)).toEqual(ticks);
});

test('times under a chart are round in the viewer’s zone, and no more than there is room for', () => {
  const from = Date.parse('2026-11-23T12:20:00Z');
  const ticks = timeTicks(from, from + DAY, 8, () => 5.5 * HOUR);
  expect(ticks.map((at) => new Date(at).toISOString().slice(11, 16))).toEqual([
    '12:30',
    '15:30',
    '18:30',
    '21:30',
    '00:30',
    '03:30',
    '06:30',
    '09:30',
  ]);
});

test('over a change of clocks the times stay round', () => {
  // Europe/Berlin, 29 March 2026: at 01:00 UTC the clocks go from +1 to +2.
  const change = Date.parse('2026-03-29T01:00:00Z');
  const offset = (at: number) => (at < change ? HOUR : 2 * HOUR);
  const ticks = timeTicks(change - 6 * HOUR, change + 6 * HOUR, 8, offset);
  const local = ticks.map((at) => new Date(at + offset(at)).getUTCHours());
  expect(local).toEqual([20, 22, 0, 4, 6, 8]);
});

const point = (at: number, more: Partial<HistoryPoint> = {}): HistoryPoint => ({
  at,
  events: 1,
  synced: 1,
  skipped: 0,
  failed: 0,
  latency: null,
  due: 0,
  salesforceCalls: 1,
  onesignalRequests: 1,
  ...more,
});

test('fewer points lose no count, hide no peak, and keep the newest state', () => {
  const points = Array.from({ length: 10 }, (_, index) => point(index * MINUTE, { due: index }));
  points[4] = point(4 * MINUTE, { failed: 3, latency: { p50: 100, p95: 900, p99: 1_000 } });
  points[5] = point(5 * MINUTE, { due: 5, latency: { p50: 200, p95: 300, p99: 400 } });
  const { stepMs, points: fewer } = condense({ stepMs: MINUTE, points }, 10 * MINUTE, 4);
  expect(stepMs).toBe(3 * MINUTE);
  expect(fewer.map(({ at }) => at / MINUTE)).toEqual([0, 3, 6, 9]);
  expect(fewer.reduce((sum, { events }) => sum + events, 0)).toBe(10);
  expect(fewer[1]).toMatchObject({ failed: 3, latency: { p50: 200, p95: 900, p99: 1_000 }, due: 5 });
  expect(fewer.at(-1)?.due).toBe(9);
});

test('points that have room stay as they are', () => {
  const history = { stepMs: MINUTE, points: [point(0)] };
  expect(condense(history, HOUR, 96)).toEqual(history);
});

test('a relay that did not run for a while leaves a hole, and a young one little in a long span', () => {
  const points = [point(0), point(MINUTE), point(30 * MINUTE)];
  const { stepMs, points: fewer } = condense({ stepMs: MINUTE, points }, DAY, 96);
  expect(stepMs).toBe(15 * MINUTE);
  expect(fewer.map(({ at, events }) => [at / MINUTE, events])).toEqual([
    [0, 2],
    [30, 1],
  ]);
});
