import fc from 'fast-check';
import { type Phase, phaseOf, windowsOf } from '../../../../relay/pipeline/budget/phase.ts';
import { DAY_MS, RollingUsage } from '../../../../relay/pipeline/budget/rolling-usage.ts';

const CHANGES = 25_000;
const LIMIT = 100_000;
const SHARE = 0.5;
/** Settings, mapping, limits and reconcile, while nothing happens: see docs/budgets.md. */
const HOUSEKEEPING_EVERY_MS = DAY_MS / 4_000;

/** Calls that a day of changes costs by the windows of each moment's phase, and the hardest phase that it came to. */
function playDay(times: readonly number[]): { calls: number; phases: Set<Phase> } {
  const usage = new RollingUsage('api_call');
  const phases = new Set<Phase>();
  let phase: Phase = 'easy';
  let [calls, readAt, writtenAt, keptAt] = [0, -1, -1, 0];
  const call = (at: number) => {
    calls += 1;
    usage.add(at);
  };
  for (const [index, at] of times.entries()) {
    for (; keptAt < at; keptAt += HOUSEKEEPING_EVERY_MS) call(keptAt);
    // A look at the whole day for each change would take the test too long.
    if (index % 50 === 0) phase = phaseOf({ own: usage.total(at), limit: LIMIT, left: LIMIT - calls }, SHARE, phase);
    phases.add(phase);
    const { snapshotMs, fewWriteBacksMs } = windowsOf(phase);
    if (at > readAt) {
      readAt = at + snapshotMs;
      call(readAt);
    }
    if (at <= writtenAt) continue;
    writtenAt = at + fewWriteBacksMs;
    call(writtenAt);
  }
  return { calls, phases };
}

test('a day of 25,000 scattered changes stays within half of 100,000 calls, and nothing has to wait', () => {
  const scattered = fc.array(fc.nat(DAY_MS), { minLength: CHANGES, maxLength: CHANGES, size: 'max' });
  const run = fc.property(scattered, (times) => {
    const { calls, phases } = playDay(times.toSorted((a, b) => a - b));
    expect(calls).toBeLessThan(LIMIT * SHARE * 0.95);
    expect([...phases]).toEqual(['easy', 'tight']);
  });
  fc.assert(run, { numRuns: 5, seed: 1 });
});

test('changes that come evenly, none with another, stay within it too', () => {
  const { calls, phases } = playDay(Array.from({ length: CHANGES }, (_, n) => (n * DAY_MS) / CHANGES));
  expect(calls).toBeLessThan(LIMIT * SHARE);
  expect([...phases].at(-1)).toBe('tight');
});
