import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'jsforce';
import { BAYEUX_MESSAGE, type BayeuxMessage, streamEndOf } from './bayeux-reply.ts';
import type { StreamEvent } from './event-source.ts';
import { createFayeClient, discardFayeClient, type FayeExtension } from './faye-client.ts';
import { restAfterMs } from './rest-after.ts';
import type { StreamEnd } from './stream-ends.ts';

/** Milliseconds, but for the last. https://developer.salesforce.com/docs/atlas.en-us.api_streaming.meta/api_streaming/using_streaming_api_timeouts.htm */
export interface ClientTiming {
  /** For the first answer to /meta/connect, whose advice then says how long later ones may take; and for the subscription. */
  firstAnswerMs: number;
  /** From an answer to the next /meta/connect: Salesforce forgets the client 40 s after it. */
  nextConnectMs: number;
  /** For the store to take what an answer brought: less than that. */
  intakeMs: number;
  /** What OneSignal takes of us: the next request for events waits until some of what came can be worked off. */
  writesPerSecond: number;
}

export const CLIENT_TIMING: ClientTiming = {
  firstAnswerMs: 60_000,
  nextConnectMs: 40_000,
  intakeMs: 35_000,
  writesPerSecond: 1_000,
};

export interface StreamClientOptions {
  connection: Connection;
  channel: string;
  cursor: string | undefined;
  timing: ClientTiming;
  onEvents(events: readonly StreamEvent[]): Promise<void>;
  onSubscribed(): void;
  onAlive(): void;
  /** Called once. The client is already dead then and will not call anything again. */
  onEnd(end: StreamEnd): void;
}

export interface StreamClient {
  /** Commits what has come and takes leave of Salesforce, which allows few clients in small orgs; at most 2 s. */
  stop(): Promise<void>;
  /** Resolves when the store has taken or refused what came, which may be long after the end. */
  settled(): Promise<void>;
}

/** A reply may be this much later than advised before the stream counts as dead. */
const LATENESS = 1.2;

/** A store or a server that hangs must not hold up a stop. */
const LONGEST_STOP_MS = 2_000;

/** "Only what comes from now on". Never -2, which could spend the org's deliveries of a day. */
const NEW_EVENTS_ONLY = -1;

/**
 * One CometD session from handshake to its first fault. jsforce's own extensions are not enough: theirs move the
 * cursor on receipt, know one channel only, and leave a refused client silent. This one asks for the committed
 * cursor, looks at every reply, and holds the next /meta/connect until the events are in the store. Whether it lives is
 * judged by the replies to /meta/connect, whole ones, and never by events.
 */
export function startStreamClient(options: StreamClientOptions): StreamClient {
  const { channel, cursor, timing } = options;
  let isDead = false;
  let buffer: StreamEvent[] = [];
  let intake = Promise.resolve();
  let advisedTimeout: number | undefined;
  let restMs = 0;
  const parting = Promise.withResolvers<void>();

  const [watchdog, acknowledgement, hold, rest] = [createTimer(), createTimer(), createTimer(), createTimer()];
  const kill = () => {
    isDead = true;
    for (const timer of [watchdog, acknowledgement, hold, rest]) timer.clear();
    discardFayeClient(client);
  };
  const end = (reason: StreamEnd) => {
    if (isDead) return;
    kill();
    options.onEnd(reason);
  };
  const flush = () => {
    const events = buffer;
    buffer = [];
    restMs = restAfterMs(events.length, timing.writesPerSecond);
    if (events.length > 0) intake = intake.then(() => (isDead ? undefined : options.onEvents(events)));
    return intake;
  };
  /** All messages of one HTTP reply come in one go; what follows sees them together. */
  const flushAfterThisReply = () =>
    new Promise<void>((resolve, reject) => setImmediate(() => flush().then(resolve, reject)));

  const onConnectReply = (message: BayeuxMessage, forward: (message: unknown) => void) => {
    advisedTimeout = message.advice?.timeout ?? advisedTimeout;
    options.onAlive();
    watchdog.set(timing.nextConnectMs, () => end('silent'));
    hold.set(timing.intakeMs, () => end('intake_failed'));
    flushAfterThisReply().then(
      () => {
        hold.clear();
        if (isDead) return;
        if (restMs === 0) forward(message);
        else rest.set(restMs, () => forward(message));
      },
      () => end('intake_failed'),
    );
  };

  const extension: FayeExtension = {
    outgoing(message, forward) {
      if (isDead) return forward(null);
      if (message.channel === '/meta/connect') {
        const longest = advisedTimeout === undefined ? timing.firstAnswerMs : LATENESS * advisedTimeout;
        watchdog.set(longest, () => end('silent'));
      }
      if (message.channel !== '/meta/subscribe') return forward(message);
      const replay = {
        [String(message.subscription)]: cursor === undefined ? NEW_EVENTS_ONLY : (JSON.parse(cursor) as unknown),
      };
      return forward({ ...message, ext: { ...(message.ext as object | undefined), replay } });
    },
    incoming(raw, forward) {
      if (isDead) return forward(null);
      const { channel: on, data } = raw as { channel?: unknown; data?: unknown };
      if (typeof on === 'string' && !on.startsWith('/meta/')) {
        // An event of another channel was not asked for: its replay id is not one of ours.
        if (on === channel) buffer.push(toStreamEvent(data));
        return forward(null);
      }
      const parsed = BAYEUX_MESSAGE.safeParse(raw);
      const reason = parsed.success ? streamEndOf(parsed.data) : 'unusable_reply';
      if (!parsed.success || reason !== undefined) {
        forward(null);
        return end(reason ?? 'unusable_reply');
      }
      if (on === '/meta/connect') return onConnectReply(parsed.data, forward);
      if (on === '/meta/subscribe') {
        acknowledgement.clear();
        options.onSubscribed();
      }
      if (on === '/meta/disconnect') parting.resolve();
      return forward(raw);
    },
  };

  const client = createFayeClient(options.connection, extension, end);
  for (const timer of [watchdog, acknowledgement]) timer.set(timing.firstAnswerMs, () => end('silent'));
  client.subscribe(channel, () => undefined);

  return {
    async stop() {
      if (isDead) return;
      // Nothing is sent, and no answer comes, before the handshake is done.
      const isParting = client.disconnect() !== undefined;
      const flushed = flush().catch(() => undefined);
      const all = Promise.all([flushed, isParting ? parting.promise : undefined]);
      await Promise.race([all, sleep(LONGEST_STOP_MS, undefined, { ref: false })]);
      if (!isDead) kill();
    },
    settled: () => intake.catch(() => undefined),
  };
}

function toStreamEvent(data: unknown): StreamEvent {
  const { payload, event } = (data ?? {}) as { payload?: unknown; event?: { replayId?: unknown } | null };
  const replayId = event?.replayId;
  const isUsable = typeof replayId === 'number' || typeof replayId === 'string';
  return { replayId: isUsable ? JSON.stringify(replayId) : undefined, payload };
}

/** One deadline at a time. */
function createTimer() {
  let running: NodeJS.Timeout | undefined;
  return {
    set(milliseconds: number, onTime: () => void) {
      clearTimeout(running);
      running = setTimeout(onTime, milliseconds);
    },
    clear: () => clearTimeout(running),
  };
}
