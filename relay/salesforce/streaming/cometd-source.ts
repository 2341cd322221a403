import { setTimeout } from 'node:timers/promises';
import type { SalesforceSession } from '../session.ts';
import type { StreamEnd } from './bayeux-reply.ts';
import type { EventSource, StreamHandlers, StreamState } from './event-source.ts';
import { startStreamClient } from './stream-client.ts';

export interface CometdSourceOptions {
  session: SalesforceSession;
  channel: string;
  handlers: StreamHandlers;
  /** In [0, 1): spreads the tries of many relays. */
  random?: () => number;
}

interface Ending {
  state: StreamState;
  /** First wait, ms; each further ending of a client that never subscribed doubles it. */
  waitMs: number;
  longestMs: number;
}

/** What each ending leads to. The next client always starts from the committed cursor. */
const ENDINGS: Readonly<Record<StreamEnd, Ending>> = {
  session_lost: { state: 'connecting', waitMs: 100, longestMs: 30_000 },
  silent: { state: 'connecting', waitMs: 100, longestMs: 30_000 },
  unusable_reply: { state: 'reauthenticating', waitMs: 500, longestMs: 60_000 },
  unauthorized: { state: 'reauthenticating', waitMs: 500, longestMs: 60_000 },
  intake_failed: { state: 'connecting', waitMs: 1_000, longestMs: 30_000 },
  busy: { state: 'connecting', waitMs: 2_000, longestMs: 120_000 },
  replay_lost: { state: 'replay_lost', waitMs: 100, longestMs: 30_000 },
  denied: { state: 'connecting', waitMs: 10_000, longestMs: 300_000 },
  // The allocation is a rolling day: it frees bit by bit, and each try costs nothing.
  allocation_spent: { state: 'waiting', waitMs: 60_000, longestMs: 900_000 },
};

/**
 * Keeps one subscription alive for as long as the relay runs: any fault ends the client, and a new one, with a new
 * login where the token was at fault, goes on from the committed cursor after a growing wait with jitter.
 */
export function createCometdSource({
  session,
  channel,
  handlers,
  random = Math.random,
}: CometdSourceOptions): EventSource {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  /** Resolves when the client is gone; true when it had been subscribed. */
  const runClient = async (): Promise<{ end: StreamEnd | 'stopped'; wasSubscribed: boolean }> => {
    const cursor = await handlers.readCursor();
    const { promise, resolve } = Promise.withResolvers<StreamEnd | 'stopped'>();
    let wasSubscribed = false;
    const client = startStreamClient({
      connection: session.connection(),
      channel,
      cursor,
      onEvents: handlers.onEvents,
      onAlive: handlers.onAlive,
      onSubscribed: () => {
        wasSubscribed = true;
        handlers.onState('subscribed', undefined);
      },
      onEnd: resolve,
    });
    const stop = () => void client.stop().then(() => resolve('stopped'));
    stopping.signal.addEventListener('abort', stop, { once: true });
    if (stopping.signal.aborted) stop();
    const end = await promise;
    stopping.signal.removeEventListener('abort', stop);
    return { end, wasSubscribed };
  };

  /** One client and what its end asks for; resolves to the wait before the next one. */
  const runOnce = async (failures: number): Promise<{ failures: number; waitMs: number }> => {
    const token = session.connection().accessToken ?? undefined;
    const { end, wasSubscribed } = await runClient();
    if (end === 'stopped') return { failures: 0, waitMs: 0 };
    const { state, waitMs, longestMs } = ENDINGS[end];
    handlers.onState(state, end);
    if (state === 'reauthenticating') await session.renew(token);
    if (end === 'replay_lost') await handlers.onReplayLost();
    const streak = wasSubscribed ? 0 : failures;
    return { failures: streak + 1, waitMs: withJitter(Math.min(longestMs, waitMs * 2 ** streak), random) };
  };

  const run = async () => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const next = await runOnce(failures).catch((error: unknown) => {
        handlers.onState('connecting', error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
        return { failures: failures + 1, waitMs: withJitter(Math.min(60_000, 1_000 * 2 ** failures), random) };
      });
      failures = next.failures;
      // Being stopped ends the wait early and is no fault.
      await setTimeout(next.waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    handlers.onState('stopped', undefined);
  };

  return {
    start() {
      handlers.onState('connecting', undefined);
      running ??= run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Half of the wait is certain, the other half is chance. */
function withJitter(milliseconds: number, random: () => number): number {
  return milliseconds / 2 + random() * (milliseconds / 2);
}
