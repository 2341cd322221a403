import { backoffMs } from '../../config/backoff.ts';
import { isRelayError } from '../../config/relay-error.ts';
import { LONGEST_NEWS_SECONDS, type StageTransition, type TransitionKind } from '../../mapping/stage-transition.ts';
import type { PendingTransition, Store, TransitionResult } from '../../store/store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Gate } from '../gate.ts';
import type { WakeUp } from '../wake-up.ts';

/** What becomes of a transition that is told no more. */
export type Fate = 'told' | 'too_old' | 'unmapped' | 'too_long' | 'refused' | 'not_subscribed' | 'not_in_plan';

/** What telling came to: a fate, or that it is to be told again, at the earliest in so many ms. */
export interface Told {
  transition: PendingTransition;
  fate: Fate | { retryAfterMs: number };
}

/** Tells OneSignal of transitions of one kind. */
export interface Teller {
  kind: TransitionKind;
  /** How they are called in a sentence: `custom events`. */
  name: string;
  /** So many are taken at once. */
  limit: number;
  /** Why one is not told at all; undefined where it is. */
  whyNot(transition: StageTransition): Fate | undefined;
  /** May leave some out, which come again. */
  tell(transitions: readonly PendingTransition[], signal: AbortSignal): Promise<readonly Told[]>;
}

export interface OutboxOptions {
  store: Store;
  gate: Gate;
  metrics: Metrics;
  logger: Logger;
  wakeUp: WakeUp;
  isPaused: () => boolean;
  epoch: () => number;
  /** The store's clock. */
  now: () => number;
  /** Salesforce's clock, which dates the transitions. */
  salesforceNow: () => number;
}

export interface Outbox {
  /** Tells OneSignal of what the store holds for it until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Why nothing is told, for an admin; undefined while it is. */
  readonly warning: string | undefined;
}

/** A look without being called, ms. */
const LOOK_MS = 30_000;
const SETTLE_MS = 50;
/** It ends with the hour for which a transition is news. */
const WAITS = { firstMs: 2_000, longestMs: 60_000 };
/** After which the plan may have another answer, ms. */
const PLAN_ASKED_AGAIN_MS = 3_600_000;
/** Kept that long so that nobody tells a transition twice, which reconcile may find again. */
const KEPT_SECONDS = 86_400;

export function createOutbox(teller: Teller, options: OutboxOptions): Outbox {
  const { store, gate, metrics, logger, wakeUp, isPaused, now, salesforceNow } = options;
  let offUntil = 0;
  /** When the next of those that are to be told again is due. */
  let nextAt = Number.POSITIVE_INFINITY;

  const resultOf = ({ transition, fate }: Told): TransitionResult => {
    if (typeof fate === 'string') {
      metrics.transitions.inc({ kind: teller.kind, result: fate });
      return { transition, notBefore: null };
    }
    const notBefore = now() + backoffMs(WAITS, transition.attempts, Math.random, fate.retryAfterMs);
    nextAt = Math.min(nextAt, notBefore);
    return { transition, notBefore };
  };

  const turnOff = () => {
    offUntil = now() + PLAN_ASKED_AGAIN_MS;
    logger.warn(`OneSignal takes no ${teller.name} of this app: its plan has none. Tags go on.`);
  };

  const whyNot = (transition: StageTransition): Fate | undefined => {
    if (salesforceNow() / 1000 - transition.at > LONGEST_NEWS_SECONDS) return 'too_old';
    return now() < offUntil ? 'not_in_plan' : teller.whyNot(transition);
  };

  /** @returns false when there is nothing to tell now */
  const tellSome = async (signal: AbortSignal): Promise<boolean> => {
    if (isPaused()) return false;
    if (nextAt <= now()) nextAt = Number.POSITIVE_INFINITY;
    const pending = await store.transitionsToTell({ kind: teller.kind, limit: teller.limit, now: now() });
    const fates = pending.map((transition) => ({ transition, fate: whyNot(transition) }));
    const left = fates.flatMap(({ transition, fate }) => (fate === undefined ? [] : [{ transition, fate }]));
    const toTell = fates.flatMap(({ transition, fate }) => (fate === undefined ? [transition] : []));
    const told = toTell.length === 0 ? [] : await teller.tell(toTell, signal);
    if (told.some(({ fate }) => fate === 'not_in_plan')) turnOff();
    const results = [...left, ...told].map(resultOf);
    await store.commitTransitions(results, salesforceNow() / 1000 - KEPT_SECONDS, options.epoch());
    return pending.length > 0;
  };

  return {
    async run(signal) {
      while (!signal.aborted) {
        await gate.passable(signal);
        if (signal.aborted) return;
        const hasTold = await tellSome(signal).catch((error: unknown) => {
          // A store that fails is told of by those that can't go on without it.
          if (!isRelayError(error)) throw error;
          return false;
        });
        if (!hasTold) await wakeUp.wait(Math.min(LOOK_MS, Math.max(SETTLE_MS, nextAt - now())), signal);
      }
    },
    get warning() {
      return now() < offUntil ? `OneSignal takes no ${teller.name} of this app: its plan has none` : undefined;
    },
  };
}
