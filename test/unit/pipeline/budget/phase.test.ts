import fc from 'fast-check';
import {
  type ApiUse,
  allowedCalls,
  mayDoBulk,
  type Phase,
  phaseOf,
  windowsOf,
} from '../../../../relay/pipeline/budget/phase.ts';

const SHARE = 0.5;
const use = (own: number, given: Partial<ApiUse> = {}): ApiUse => ({ own, limit: 100_000, left: 50_000, ...given });

test.each<[number, Phase]>([
  [0, 'easy'],
  [24_999, 'easy'],
  [25_000, 'tight'],
  [47_499, 'tight'],
  [47_500, 'live_only'],
  [49_999, 'live_only'],
  [50_000, 'spent'],
  [90_000, 'spent'],
])('of a share of 50,000 calls, %i used are %s', (own, phase) => {
  expect(phaseOf(use(own), SHARE, 'easy')).toBe(phase);
});

test('a spent share stays spent until a twentieth of it is free again', () => {
  expect(phaseOf(use(49_000), SHARE, 'spent')).toBe('spent');
  expect(phaseOf(use(47_499), SHARE, 'spent')).toBe('tight');
});

test('an org whose calls are nearly used up by others gets live changes only', () => {
  expect(phaseOf(use(10, { left: 4_999 }), SHARE, 'easy')).toBe('live_only');
});

test('before Salesforce has told its limit nothing is saved', () => {
  expect(phaseOf(use(1_000_000, { limit: undefined, left: undefined }), SHARE, 'easy')).toBe('easy');
});

test('snapshots wait 50 ms, statuses a second and engagement a minute while the budget is easy, then 1 s, 15 s and 5 min', () => {
  expect(windowsOf('easy')).toMatchObject({ snapshotMs: 50, writeBackMs: 1_000, engagementMs: 60_000 });
  const scarce = { snapshotMs: 1_000, writeBackMs: 15_000, fewWriteBacksMs: 15_000, engagementMs: 300_000 };
  for (const phase of ['tight', 'live_only', 'spent'] as const) expect(windowsOf(phase)).toEqual(scarce);
});

test('crowds wait from live_only on', () => {
  expect((['easy', 'tight', 'live_only', 'spent'] as const).map(mayDoBulk)).toEqual([true, true, false, false]);
});

test('more calls never make for an easier phase, whatever the limit and the share', () => {
  const order: Phase[] = ['easy', 'tight', 'live_only', 'spent'];
  const run = fc.property(
    fc.integer({ min: 1, max: 1_000_000 }),
    fc.double({ min: 0.01, max: 1, noNaN: true }),
    fc.nat(1_000_000),
    fc.nat(1_000),
    (limit, share, own, more) => {
      const [before, after] = [own, own + more].map((used) =>
        phaseOf({ own: used, limit, left: limit }, share, 'easy'),
      );
      expect(order.indexOf(after as Phase)).toBeGreaterThanOrEqual(order.indexOf(before as Phase));
      expect(phaseOf({ own: allowedCalls(limit, share), limit, left: limit }, share, 'easy')).toBe('spent');
    },
  );
  fc.assert(run);
});
