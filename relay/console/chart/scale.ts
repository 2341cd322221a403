/** Where a value stands along an axis, px. */
export type Scale = (value: number) => number;

export function scaleOf(from: number, to: number, start: number, end: number): Scale {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

/**
 * Round values from 0 on for an axis, the last at or above `max`.
 * @param wanted about so many steps
 * @param isWhole for what can’t be halved
 */
export function roundTicks(max: number, wanted: number, isWhole: boolean): number[] {
  if (max <= 0) return [0, 1];
  const rough = max / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const size = isWhole ? Math.max(1, step) : step;
  const steps = Math.ceil(max / size - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => index * size);
}

const [MINUTE, HOUR] = [60_000, 3_600_000];
/** Steps between times on an axis that a person can divide by, ms. */
const STEPS = [
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
];

/**
 * Round times of the viewer’s day within a span.
 * @param wanted at most so many
 * @param offset of the viewer’s zone from UTC at that time, ms
 */
export function timeTicks(from: number, to: number, wanted: number, offset = offsetOf): number[] {
  const step = STEPS.find((size) => (to - from) / size <= wanted) ?? 48 * HOUR;
  const ticks: number[] = [];
  // On a day with a change of clocks the distances differ, and an hour can be missing: each time finds its own place.
  for (let local = Math.ceil((from + offset(from)) / step) * step; ; local += step) {
    const at = local - offset(local - offset(from));
    if (at > to) return ticks;
    if (at >= from && at + offset(at) === local) ticks.push(at);
  }
}

function offsetOf(at: number): number {
  return -new Date(at).getTimezoneOffset() * MINUTE;
}
