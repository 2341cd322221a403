import fc from 'fast-check';
import type { AlertSignals } from '../../../../relay/pipeline/alerts/alert-signals.ts';
import { judgeAlerts, type Troubles, toldBefore } from '../../../../relay/pipeline/alerts/judge-alerts.ts';
import { MINUTE, signals, T0 } from './alert-samples.ts';

const SILENT: Partial<AlertSignals> = { stream: { state: 'connecting', reason: 'silent' } };

/** Judges at each of these minutes, and returns whether the stream's alert holds after each. */
function overTime(minutes: readonly [number, Partial<AlertSignals>][], before: Troubles = new Map()): boolean[] {
  let troubles = before;
  return minutes.map(([minute, given]) => {
    troubles = judgeAlerts(troubles, signals({ ...given, now: T0 + minute * MINUTE }));
    return troubles.get('stream_silent')?.isAlert === true;
  });
}

test('a fault is an alert once it has lasted, and not before', () => {
  expect(
    overTime([
      [0, SILENT],
      [4.9, SILENT],
      [5, SILENT],
    ]),
  ).toEqual([false, false, true]);
});

test('an alert ends when its fault was gone for a minute', () => {
  expect(
    overTime([
      [0, SILENT],
      [5, SILENT],
      [5.5, {}],
      [5.9, {}],
      [6, {}],
      [12, {}],
    ]),
  ).toEqual([false, true, true, true, false, false]);
});

test('a fault that comes and goes within a minute is one fault; a longer rest starts it anew', () => {
  expect(
    overTime([
      [0, SILENT],
      [0.5, {}],
      [1.2, SILENT],
      [1.5, {}],
      [2.2, {}],
      [3, SILENT],
      [5.1, SILENT],
      [7.9, SILENT],
      [8, SILENT],
    ]),
  ).toEqual([false, false, false, false, false, false, false, false, true]);
});

test('an alert has the time at which its fault began, and the sentence of now', () => {
  let troubles: Troubles = new Map();
  for (const [minute, failed] of [
    [0, 10],
    [3, 25],
  ] as const)
    troubles = judgeAlerts(
      troubles,
      signals({
        now: T0 + minute * MINUTE,
        figures: { oldestLiveDue: undefined, recentlyFailed: failed, refusedWriteBacks: 0 },
      }),
    );
  expect(troubles.get('dead_letters')).toEqual({
    since: T0,
    lastSeenAt: T0 + 3 * MINUTE,
    isAlert: true,
    what: '25 records have failed within 24 hours.',
  });
});

test('an alert that was told before a restart goes on at once, or ends within a minute', () => {
  const before: Troubles = new Map([['stream_silent', toldBefore(T0 - 60 * MINUTE, T0)]]);
  expect(overTime([[0, SILENT]], before)).toEqual([true]);
  expect(
    overTime(
      [
        [0, {}],
        [1, {}],
      ],
      before,
    ),
  ).toEqual([true, false]);
});

test('whatever comes and goes, an alert starts only after a fault of five minutes and ends only after a minute without', () => {
  const looks = fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.boolean()), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(looks, (steps) => {
      let [now, lastSeen, troubles] = [T0, Number.NEGATIVE_INFINITY, new Map() as Troubles];
      for (const [seconds, isSilent] of steps) {
        now += seconds * 1_000;
        const wasAlert = troubles.get('stream_silent')?.isAlert === true;
        if (isSilent) lastSeen = now;
        troubles = judgeAlerts(troubles, signals({ ...(isSilent ? SILENT : {}), now }));
        const { isAlert = false, since = now } = troubles.get('stream_silent') ?? {};
        if (isAlert && !wasAlert) expect(now - since).toBeGreaterThanOrEqual(5 * MINUTE);
        if (wasAlert) expect(isAlert).toBe(now - lastSeen < MINUTE);
      }
    }),
    { seed: 8, numRuns: 300 },
  );
});
