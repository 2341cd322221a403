import { backoffMs } from '../config/backoff.ts';
import type { Mapping } from '../mapping/mapping-rows.ts';
import { LONGEST_NEWS_SECONDS, type StageTransition, transitionKey } from '../mapping/stage-transition.ts';
import type { OneSignalClient } from '../onesignal/onesignal-contract.ts';
import type { CustomEvent, OneSignalOutcome } from '../onesignal/onesignal-outcome.ts';
import type { PendingTransition, Store, TransitionResult } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Gate } from './gate.ts';
import { MOST_ATTEMPTS, ruleOfOutcome } from './retries/retry-table.ts';
import type { WakeUp } from './wake-up.ts';

/** Far from the million bytes that a request may have: an event has 2,024 at most. */
const MOST_IN_BATCH = 400;
/** https://documentation.onesignal.com/reference/create-custom-events */
const MOST_EVENT_BYTES = 2_024;
/** A look without being called. */
const LOOK_MS = 30_000;
const SETTLE_MS = 50;
const WAITS = { firstMs: 2_000, longestMs: 60_000 };
/** After which the plan may have another answer. */
const PLAN_ASKED_AGAIN_MS = 3_600_000;
/** Kept that long so that nobody tells a transition twice, which reconcile may find again. */
const KEPT_SECONDS = 86_400;

export interface CustomEventsOptions {
  store: Store;
  client: OneSignalClient;
  gate: Gate;
  mapping: () => Mapping;
  metrics: Metrics;
  logger: Logger;
  wakeUp: WakeUp;
  epoch: () => number;
  /** The store's clock. */
  now: () => number;
  /** Salesforce's clock, which dates the transitions. */
  salesforceNow: () => number;
}

export interface CustomEvents {
  /** Tells OneSignal of stage transitions until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Why none are sent, for an admin; undefined while they are. */
  readonly warning: string | undefined;
}

type Fate = 'told' | 'too_old' | 'unmapped' | 'too_long' | 'refused' | 'not_in_plan' | 'given_up';

/** Turns stage transitions into custom events, once the user that they are about exists. */
export function createCustomEvents(options: CustomEventsOptions): CustomEvents {
  const { store, client, gate, mapping, metrics, logger, wakeUp, now, salesforceNow } = options;
  let offUntil = 0;
  /** When the next of those that are to be told again is due. */
  let nextAt = Number.POSITIVE_INFINITY;

  const over = (transition: StageTransition, fate: Fate): TransitionResult => {
    metrics.customEvents.inc({ result: fate });
    return { ...bare(transition), kind: 'over' };
  };
  const again = (transition: PendingTransition, retryAfterMs = 0): TransitionResult => {
    if (transition.attempts + 1 >= MOST_ATTEMPTS) return over(transition, 'given_up');
    const notBefore = now() + backoffMs(WAITS, transition.attempts, Math.random, retryAfterMs);
    nextAt = Math.min(nextAt, notBefore);
    return { ...bare(transition), kind: 'again', notBefore };
  };

  const turnOff = () => {
    offUntil = now() + PLAN_ASKED_AGAIN_MS;
    logger.warn('OneSignal takes no custom events of this app: its plan has none. Tags go on.');
  };

  /** What becomes of a batch that OneSignal did not take as a whole. */
  const onRefusal = async (
    batch: readonly PendingTransition[],
    outcome: OneSignalOutcome,
    signal: AbortSignal,
  ): Promise<TransitionResult[]> => {
    const { kind } = outcome;
    if (kind === 'forbidden' || kind === 'not_found' || (kind === 'invalid' && outcome.status === 402)) {
      // A key that works for everything else says that it is the plan.
      const probe = await client.probe({ signal });
      if (probe.kind !== 'accepted') return batch.map((one) => again(one));
      turnOff();
      return batch.map((one) => over(one, 'not_in_plan'));
    }
    const rule = ruleOfOutcome(outcome);
    if (rule.follows === 'side_stops') gate.suspect();
    if (rule.follows !== 'verdict') return batch.map((one) => again(one, retryAfterOf(outcome)));
    if (batch.length === 1) return batch.map((one) => over(one, 'refused'));
    // One of them is at fault: each is asked for alone.
    const results: TransitionResult[] = [];
    for (const one of batch) results.push(...(await tell([one], signal)));
    return results;
  };

  const tell = async (batch: readonly PendingTransition[], signal: AbortSignal): Promise<TransitionResult[]> => {
    const [first] = batch;
    if (first === undefined) return [];
    const outcome = await client.createEvents(
      batch.flatMap((one) => eventOf(one, mapping()) ?? []),
      { signal },
    );
    if (outcome.kind !== 'events_taken') return onRefusal(batch, outcome, signal);
    const refused = new Map(outcome.refused.map(({ externalId, code }) => [externalId, code]));
    return batch.map((one) => {
      const code = refused.get(one.userKey);
      if (code === undefined) return over(one, 'told');
      // OneSignal may not see everywhere yet a user that was just made.
      return code === 'not found' ? again(one) : over(one, 'refused');
    });
  };

  const tellSome = async (signal: AbortSignal): Promise<number> => {
    if (nextAt <= now()) nextAt = Number.POSITIVE_INFINITY;
    const pending = await store.transitionsToTell({ limit: MOST_IN_BATCH, now: now() });
    const results: TransitionResult[] = [];
    const batch = new Map<string, PendingTransition>();
    for (const transition of pending) {
      const why = whyNot(transition, mapping(), salesforceNow(), now() < offUntil);
      if (why !== undefined) results.push(over(transition, why));
      // The answer names users and not events: the next one of this user has to wait.
      else if (!batch.has(transition.userKey)) batch.set(transition.userKey, transition);
    }
    results.push(...(await tell([...batch.values()], signal)));
    await store.commitTransitions(results, salesforceNow() / 1000 - KEPT_SECONDS, options.epoch());
    return pending.length;
  };

  return {
    async run(signal) {
      while (!signal.aborted) {
        await gate.passable(signal);
        if (signal.aborted) return;
        // A store that fails is told of by those that can't go on without it.
        const told = await tellSome(signal).catch(() => 0);
        if (told === 0) await wakeUp.wait(Math.min(LOOK_MS, Math.max(SETTLE_MS, nextAt - now())), signal);
      }
    },
    get warning() {
      return now() < offUntil ? 'OneSignal takes no custom events of this app: its plan has none' : undefined;
    },
  };
}

function whyNot(transition: StageTransition, mapping: Mapping, now: number, isOff: boolean): Fate | undefined {
  if (now / 1000 - transition.at > LONGEST_NEWS_SECONDS) return 'too_old';
  if (isOff) return 'not_in_plan';
  if (!mapping.customEvents[transition.object].has(transition.stage)) return 'unmapped';
  return eventOf({ ...transition, userKey: '', attempts: 0 }, mapping) === undefined ? 'too_long' : undefined;
}

/** @returns undefined for an event that OneSignal would refuse for its length */
function eventOf(transition: PendingTransition, mapping: Mapping): CustomEvent | undefined {
  const { object, stage, priorStage, recordId, userKey, at } = transition;
  const nameOf = (raw: string) => mapping.stages[object].get(raw) ?? raw;
  const event: CustomEvent = {
    name: mapping.customEvents[object].get(stage) ?? '',
    external_id: userKey,
    timestamp: new Date(at * 1000).toISOString(),
    idempotency_key: transitionKey(transition),
    properties: {
      ...(priorStage === null ? {} : { from: nameOf(priorStage) }),
      to: nameOf(stage),
      object,
      record_id: recordId,
    },
  };
  return Buffer.byteLength(JSON.stringify(event)) <= MOST_EVENT_BYTES ? event : undefined;
}

function retryAfterOf(outcome: OneSignalOutcome): number {
  return 'retryAfterMs' in outcome ? (outcome.retryAfterMs ?? 0) : 0;
}

function bare({ recordId, object, stage, priorStage, at }: StageTransition): StageTransition {
  return { recordId, object, stage, priorStage, at };
}
