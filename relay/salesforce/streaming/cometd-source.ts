import { setTimeout as sleep } from 'node:timers/promises';
import { isRelayError } from '../../config/relay-error.ts';
import type { SalesforceSession } from '../session.ts';
import type { EventSource, StreamHandlers } from './event-source.ts';
import { CLIENT_TIMING, type ClientTiming, startStreamClient } from './stream-client.ts';
import type { StreamEnd } from './stream-ends.ts';
import { advance, START, type StreamAction, type StreamCause, type StreamStep } from './stream-transitions.ts';

export interface StreamTiming extends ClientTiming {
  /** Factor for every wait of the table; 1 as in production. */
  waitScale: number;
}

export interface CometdSourceOptions {
  session: SalesforceSession;
  channel: string;
  handlers: StreamHandlers;
  /** Other times than Salesforce's own. */
  timing?: Partial<StreamTiming> | undefined;
  /** From 0 to 1: spreads the tries of many relays. */
  random?: () => number;
}

/** `reason` says more than the ending, where an error did. */
interface Ending {
  end: StreamEnd;
  reason?: string;
}

/**
 * Keeps one subscription alive for as long as the relay runs, as the table in stream-transitions.ts says: any fault ends
 * the client, and a new one goes on from the committed cursor after a growing wait with jitter.
 */
export function createCometdSource(options: CometdSourceOptions): EventSource {
  const { session, channel, handlers, random = Math.random } = options;
  const timing: StreamTiming = { ...CLIENT_TIMING, waitScale: 1, ...options.timing };
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | undefined;
  let position = START;
  /** The token of the last client. */
  let token: string | undefined;
  /** What the last client handed over may still wait for the store. */
  let intake = Promise.resolve();

  const move = (cause: StreamCause, reason?: string): StreamStep => {
    const step = advance(position, cause, performance.now(), random);
    position = step.position;
    handlers.onState(position.state, reason, step.isRoutine);
    return step;
  };

  /** Resolves when the client is gone, be it by a stop. */
  const runClient = async (cursor: string | undefined): Promise<StreamEnd | 'stop'> => {
    const connection = session.connection();
    token = connection.accessToken ?? undefined;
    const { promise, resolve } = Promise.withResolvers<StreamEnd | 'stop'>();
    const client = startStreamClient({
      connection,
      channel,
      cursor,
      timing,
      onEvents: (events) => handlers.onEvents(events, signal),
      onAlive: handlers.onAlive,
      onSubscribed: () => move('acknowledged'),
      onEnd: resolve,
    });
    const stop = () => void client.stop().then(() => resolve('stop'));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const end = await promise;
    signal.removeEventListener('abort', stop);
    intake = client.settled();
    return end;
  };

  /** What the last ending asks for, then one client until its end. Any error is an ending too. */
  const takeTurn = async (does: StreamAction): Promise<Ending | 'stop'> => {
    try {
      // Two clients with a batch each would let memory grow, and could move the cursor back.
      await unlessStopped(intake, signal);
      if (does === 'log_in') await unlessStopped(session.renew(token), signal);
      if (does === 'drop_cursor') await unlessStopped(handlers.onReplayLost(), signal);
      const cursor = await unlessStopped(handlers.readCursor(), signal);
      const end = await runClient(cursor);
      return end === 'stop' ? end : { end };
    } catch (error) {
      return signal.aborted ? 'stop' : endingOf(error);
    }
  };

  const run = async () => {
    let does: StreamAction = 'none';
    while (!signal.aborted) {
      const ending = await takeTurn(does);
      if (ending === 'stop') break;
      const step = move(ending.end, ending.reason ?? ending.end);
      does = step.does;
      // Being stopped ends the wait early and is no fault.
      await sleep(step.waitMs * timing.waitScale, undefined, { signal }).catch(() => undefined);
    }
    move('stop');
  };

  return {
    start() {
      handlers.onState(position.state, undefined, true);
      running ??= run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Of the errors that are no Bayeux replies; only the login and the store throw any. */
function endingOf(error: unknown): Ending {
  if (!isRelayError(error)) return { end: 'defect' };
  const isOfLogin = error.code.startsWith('SALESFORCE_') || error.code === 'STORE_OTHER_ORG';
  return { end: isOfLogin ? 'login_failed' : 'store_failed', reason: error.code };
}

/** The promise's outcome, or a rejection as soon as the signal says stop. */
async function unlessStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
