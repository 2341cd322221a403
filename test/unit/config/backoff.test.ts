import fc from 'fast-check';
import { backoffMs } from '../../../relay/config/backoff.ts';

const waits = fc
  .record({ firstMs: fc.integer({ min: 1, max: 900_000 }), factor: fc.integer({ min: 1, max: 1_000 }) })
  .map(({ firstMs, factor }) => ({ firstMs, longestMs: firstMs * factor }));
const tries = fc.integer({ min: 0, max: 10_000 });
const chance = fc.double({ min: 0, max: 1, noNaN: true });

test('a wait lies between half of the first and the longest, in whole milliseconds', () => {
  fc.assert(
    fc.property(waits, tries, chance, (given, failed, luck) => {
      const wait = backoffMs(given, failed, () => luck);
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThanOrEqual(given.firstMs / 2);
      expect(wait).toBeLessThanOrEqual(given.longestMs);
    }),
  );
});

test('with each failure the wait doubles until it is the longest, whatever chance says', () => {
  fc.assert(
    fc.property(waits, fc.integer({ min: 0, max: 60 }), chance, (given, failed, luck) => {
      const [wait, next] = [failed, failed + 1].map((count) => backoffMs(given, count, () => luck)) as [number, number];
      expect(next).toBeGreaterThanOrEqual(wait);
      const isAtItsLongest = given.firstMs * 2 ** (failed + 1) > given.longestMs;
      if (!isAtItsLongest) expect(Math.abs(next - 2 * wait)).toBeLessThanOrEqual(2);
    }),
  );
});

test('half of the wait is certain, and chance spreads the other half', () => {
  const given = { firstMs: 1_000, longestMs: 60_000 };
  expect([0, 0.5, 1].map((luck) => backoffMs(given, 1, () => luck))).toEqual([1_000, 1_500, 2_000]);
});

test('the other side is never asked before the time that it named, even past the longest wait', () => {
  fc.assert(
    fc.property(waits, tries, chance, fc.integer({ min: 0, max: 3_600_000 }), (given, failed, luck, asked) => {
      const wait = backoffMs(given, failed, () => luck, asked);
      expect(wait).toBe(
        Math.max(
          asked,
          backoffMs(given, failed, () => luck),
        ),
      );
    }),
  );
});
