import { setTimeout } from 'node:timers/promises';
import { backoffMs } from '../config/backoff.ts';
import type { RelayError } from '../config/relay-error.ts';
import type { Logger } from '../telemetry/logger.ts';
import { ruleOfSide } from './retries/retry-table.ts';

/** Resolves after the time, ms, or when the signal aborts. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export interface GateOptions {
  /** Whose work it is, at the start of a sentence for the log: `OneSignal`. */
  side: string;
  logger: Logger;
  now: () => number;
  random?: () => number;
  sleep?: Sleep;
  /** Asks the side whether it works again; without it the next piece of work is the question. */
  probe?: () => Promise<RelayError | undefined>;
}

/**
 * The circuit breaker of one side's work: an outage, a key that is not taken and a spent allocation are no verdict on a
 * record and must not spend its tries. The side is asked again after a growing wait, by one question at a time, and its
 * work resumes by itself.
 */
export interface Gate {
  /** Why the side's work stands still; undefined while it goes on, and while the side is only suspected. */
  readonly closedBy: RelayError | undefined;
  /** How often the gate closed: by it a fault of a while ago is known to have been the side's. */
  readonly closings: number;
  /** The side refuses all work. */
  close(error: RelayError): void;
  /** The side may be at fault, or the record: the probe is asked at once, and until it answers no work starts. */
  suspect(): void;
  /** Work got through: the side works. */
  open(): void;
  /** The side answered a part of some work: other work may be tried beside it, which may take long. */
  answered(): void;
  /** Resolves when work may be tried; at once while the gate is open. Also resolves when the signal aborts. */
  passable(signal: AbortSignal): Promise<void>;
  /**
   * Does a piece of work once it may be tried. While the side stands still one piece is tried at a time, so that not
   * every worker runs into the same wall; it tells with `open` or `close` how it went.
   * @returns what the work gives, undefined when the signal aborted before it could start
   */
  through<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined>;
}

/** An outage goes on until work gets through, however often the probe said meanwhile that the side works. */
interface Outage {
  error: RelayError;
  /** Questions that found the side not working, from the first fault on. */
  tries: number;
  since: number;
}

/**
 * `suspected`: the probe is still to speak. `closed`: the side stands still at least until `retryAt`. `trial`: an answer
 * says that the side works, and work that gets through is still to prove it.
 */
type State =
  | { phase: 'open' }
  | { phase: 'suspected'; outage: Outage | undefined }
  | { phase: 'closed'; outage: Outage; retryAt: number }
  | { phase: 'trial'; outage: Outage };

export function createGate(options: GateOptions): Gate {
  const { side, logger, now, random = Math.random, probe } = options;
  const rest = options.sleep ?? sleep;
  let state: State = { phase: 'open' };
  let closings = 0;
  /** The question that is being asked, a probe or a piece of work, until news of any kind answers it. */
  let asking: object | undefined;
  let news = Promise.withResolvers<void>();

  const tellWaiting = () => {
    asking = undefined;
    news.resolve();
    news = Promise.withResolvers<void>();
  };
  const enter = (next: State) => {
    state = next;
    tellWaiting();
  };

  const outageNow = () => (state.phase === 'open' ? undefined : state.outage);

  const close = (error: RelayError) => {
    // Work that was under way when the gate closed fails too: one fault, one wait.
    if (state.phase === 'closed' && now() < state.retryAt) return;
    const { tries = 0, since = now(), error: known } = outageNow() ?? {};
    if (known?.code !== error.code) {
      logger.warn(`${side} work stands still: ${error.message}`, { code: error.code, next: error.nextStep });
    }
    if (state.phase !== 'closed') closings += 1;
    const retryAt = now() + backoffMs(ruleOfSide(error.code).waits, tries, random);
    enter({ phase: 'closed', outage: { error, tries: tries + 1, since }, retryAt });
  };

  const open = () => {
    const outage = outageNow();
    if (outage !== undefined) {
      const seconds = Math.round((now() - outage.since) / 1000);
      logger.info(`${side} works again.`, { code: outage.error.code, seconds });
    }
    if (state.phase !== 'open') enter({ phase: 'open' });
  };

  const answered = () => {
    if (state.phase === 'closed') enter({ phase: 'trial', outage: state.outage });
  };

  const suspect = () => {
    if (state.phase !== 'closed') enter({ phase: 'suspected', outage: outageNow() });
  };

  const ask = async (question: NonNullable<typeof probe>) => {
    const error = await question();
    // Work that got through meanwhile knows better.
    if (state.phase === 'open') return;
    if (error !== undefined) close(error);
    else {
      const outage = outageNow();
      enter(outage === undefined ? { phase: 'open' } : { phase: 'trial', outage });
    }
  };

  /** One at a time: whoever comes while a question is being asked waits for news of it. */
  const alone = async <T>(question: () => Promise<T>): Promise<T> => {
    const mine = {};
    asking = mine;
    try {
      return await question();
    } finally {
      if (asking === mine) tellWaiting();
    }
  };

  const passable = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted && (state.phase === 'closed' || state.phase === 'suspected')) {
      const wait = state.phase === 'closed' ? state.retryAt - now() : 0;
      if (asking !== undefined) await news.promise;
      else if (wait > 0) await rest(wait, signal);
      else if (probe === undefined) return;
      else await alone(() => ask(probe));
    }
  };

  return {
    get closedBy() {
      return state.phase === 'closed' ? state.outage.error : undefined;
    },
    get closings() {
      return closings;
    },
    close,
    suspect,
    open,
    answered,
    passable,
    async through(signal, work) {
      for (;;) {
        await passable(signal);
        if (signal.aborted) return undefined;
        if (state.phase !== 'closed') return work();
        // Another may have taken the same turn an instant ago.
        if (asking === undefined && now() >= state.retryAt) return alone(work);
      }
    },
  };
}

/** In real time. */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (milliseconds > 0) await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
