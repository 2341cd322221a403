import { type StageTransition, transitionKey } from '../../../../relay/mapping/stage-transition.ts';
import { createGate } from '../../../../relay/pipeline/gate.ts';
import { createOutbox, type Teller, type Told } from '../../../../relay/pipeline/transitions/outbox.ts';
import { createWakeUp } from '../../../../relay/pipeline/wake-up.ts';
import type { PendingTransition, Store, TransitionResult } from '../../../../relay/store/store.ts';
import { SILENT_LOGGER } from '../../../../relay/telemetry/logger.ts';
import { createMetrics } from '../../../../relay/telemetry/metrics.ts';
import { LEAD_ID } from '../../mapping/record-samples.ts';

const NOW = 1_795_514_400_000;
const AT = NOW / 1000;

function pending(given: Partial<PendingTransition> = {}): PendingTransition {
  const place = {
    kind: 'event',
    recordId: LEAD_ID,
    object: 'Lead',
    stage: 'Working',
    priorStage: null,
    at: AT,
  } as const;
  return { ...place, userKey: 'user-1', attempts: 0, ...given };
}

/** Tells what the store holds in one round, with an answer for each, and gives what was committed. */
async function round(held: readonly PendingTransition[], fate: Told['fate'], given: { isPaused?: boolean } = {}) {
  const told: PendingTransition[] = [];
  const stopping = new AbortController();
  const committed = Promise.withResolvers<readonly TransitionResult[]>();
  const store = {
    transitionsToTell: () => Promise.resolve(held),
    commitTransitions: (results: readonly TransitionResult[]) => {
      stopping.abort();
      committed.resolve(results);
      return Promise.resolve();
    },
  } as unknown as Store;
  const teller: Teller = {
    kind: 'event',
    name: 'custom events',
    limit: 10,
    whyNot: () => undefined,
    tell: (transitions) => {
      told.push(...transitions);
      return Promise.resolve(transitions.map((transition) => ({ transition, fate })));
    },
  };
  const outbox = createOutbox(teller, {
    store,
    gate: createGate({ side: 'OneSignal', logger: SILENT_LOGGER, now: () => NOW }),
    metrics: createMetrics(),
    logger: SILENT_LOGGER,
    wakeUp: createWakeUp(),
    isPaused: () => given.isPaused ?? false,
    epoch: () => 1,
    now: () => NOW,
    salesforceNow: () => NOW,
  });
  const running = outbox.run(stopping.signal);
  return { told, outbox, committed: committed.promise, running, stop: () => stopping.abort() };
}

test('a transition that is older than an hour is told to nobody, and is over', async () => {
  const [old, news] = [pending({ stage: 'Old', at: AT - 3_601 }), pending({ at: AT - 3_599 })];
  const { told, committed } = await round([old, news], 'told');
  expect(await committed).toEqual([
    { transition: old, notBefore: null },
    { transition: news, notBefore: null },
  ]);
  expect(told).toEqual([news]);
});

test('what could not be told waits, never less than OneSignal asks for', async () => {
  const [result] = await (await round([pending()], { retryAfterMs: 90_000 })).committed;
  expect(result?.notBefore).toBeGreaterThanOrEqual(NOW + 90_000);
});

test('a plan that has none turns them off, with a warning for the admin', async () => {
  const { outbox, committed } = await round([pending()], 'not_in_plan');
  expect(await committed).toEqual([{ transition: pending(), notBefore: null }]);
  expect(outbox.warning).toContain('custom events');
});

test('while the sync is paused nothing is told', async () => {
  const { told, running, stop } = await round([pending()], 'told', { isPaused: true });
  stop();
  await running;
  expect(told).toEqual([]);
});

test('the key of a transition is the same each time, and another for another time, stage or record', () => {
  const move: StageTransition = pending();
  const others = [{ at: AT + 1 }, { stage: 'Lost' }, { recordId: '00Q000000000002EAA' }].map((given) => pending(given));
  expect(transitionKey(move)).toBe(transitionKey(pending()));
  expect(new Set([move, ...others].map(transitionKey)).size).toBe(4);
});
