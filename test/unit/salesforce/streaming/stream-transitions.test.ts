import fc from 'fast-check';
import { STREAM_ENDS } from '../../../../relay/salesforce/streaming/stream-ends.ts';
import {
  advance,
  LIVE_STATES,
  START,
  STEADY_MS,
  type StreamCause,
  type StreamPosition,
  TRANSITIONS,
} from '../../../../relay/salesforce/streaming/stream-transitions.ts';

const CAUSES: readonly StreamCause[] = ['acknowledged', 'stop', ...STREAM_ENDS];
const PAIRS = LIVE_STATES.flatMap((state) => CAUSES.map((cause) => ({ state, cause })));
const rowOf = (state: (typeof LIVE_STATES)[number], cause: StreamCause) =>
  TRANSITIONS.find(({ from, on }) => on === cause && from.includes(state));
const at = (state: StreamPosition['state'], failures = 0): StreamPosition => ({ ...START, state, failures });

test.each(PAIRS)('$state, $cause: the table says what follows', ({ state, cause }) => {
  const row = rowOf(state, cause);
  const { position, does, waitMs } = advance(at(state), cause, 0, () => 1);
  expect({ state: position.state, does }).toEqual({ state: row?.to, does: row?.does });
  expect(waitMs).toBe(row?.waits?.firstMs ?? 0);
});

test('every row of the table is the first that fits some pair', () => {
  expect(new Set(PAIRS.map(({ state, cause }) => rowOf(state, cause)))).toEqual(new Set(TRANSITIONS));
});

test('every ending is followed by a wait of its own, then by another try', () => {
  const endings = TRANSITIONS.filter(({ on }) => on !== 'acknowledged' && on !== 'stop');
  for (const { waits } of endings) {
    expect(waits?.firstMs).toBeGreaterThan(0);
    expect(waits?.longestMs).toBeGreaterThanOrEqual(30_000);
  }
});

test.each(CAUSES)('stopped, %s: nothing follows any more', (cause) => {
  const stopped = at('stopped');
  expect(advance(stopped, cause, 0, () => 1)).toMatchObject({ position: stopped, does: 'none', waitMs: 0 });
});

test('only what may be about the login leads to a new one, and only a lost cursor to its end', () => {
  const doing = (action: string) => TRANSITIONS.filter(({ does }) => does === action).map(({ on }) => on);
  expect(new Set(doing('log_in'))).toEqual(
    new Set(['unauthorized', 'unusable_reply', 'login_failed', 'connection_lost']),
  );
  expect(doing('drop_cursor')).toEqual(['replay_lost']);
});

test('a connection that is lost once needs no new login', () => {
  const does = LIVE_STATES.filter((state) => rowOf(state, 'connection_lost')?.does === 'log_in');
  expect(does).toEqual(['connecting']);
});

test('a token that a fresh login gave and that is refused too is answered more slowly than the first', () => {
  const waits = (['subscribed', 'reauthenticating'] as const).map(
    (state) => advance(at(state), 'unauthorized', 0, () => 0).waitMs,
  );
  expect(waits).toEqual([250, 2_500]);
});

/** An ending, and whether the client before it had been subscribed for less than a steady while. */
const unsteadyEndings = fc.array(
  fc.record({
    end: fc.constantFrom(...STREAM_ENDS),
    heldMs: fc.option(fc.integer({ min: 0, max: STEADY_MS - 1 })),
    luck: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 40 },
);

test('no order of endings makes a hot loop: waits grow with each, within their bounds, whatever chance says', () => {
  fc.assert(
    fc.property(unsteadyEndings, (endings) => {
      let position = START;
      let now = 0;
      endings.forEach(({ end, heldMs, luck }, count) => {
        if (heldMs !== null) {
          position = advance(position, 'acknowledged', now, () => luck).position;
          now += heldMs;
        }
        const waits = rowOf(position.state as (typeof LIVE_STATES)[number], end)?.waits;
        const step = advance(position, end, now, () => luck);
        const { firstMs, longestMs } = waits ?? { firstMs: Number.NaN, longestMs: Number.NaN };
        expect(step.waitMs).toBeGreaterThanOrEqual(Math.min(longestMs, firstMs * 2 ** count) / 2);
        expect(step.waitMs).toBeLessThanOrEqual(longestMs);
        position = step.position;
        now += step.waitMs;
      });
    }),
  );
});

test('chance spreads the tries of many relays over half of the wait', () => {
  const waits = [0, 0.5, 1].map((luck) => advance(at('subscribed'), 'busy', 0, () => luck).waitMs);
  expect(waits).toEqual([1_000, 1_500, 2_000]);
});

test('a subscription that held for a while ends the row of failures, one that did not goes on with it', () => {
  const subscribed = advance(at('connecting', 7), 'acknowledged', 1_000, () => 1).position;
  const waitAfter = (heldMs: number) => advance(subscribed, 'session_lost', 1_000 + heldMs, () => 1).waitMs;
  expect([waitAfter(STEADY_MS), waitAfter(STEADY_MS - 1)]).toEqual([100, 100 * 2 ** 7]);
});
