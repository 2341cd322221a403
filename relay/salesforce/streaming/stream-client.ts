import type { Connection } from 'jsforce';
import { BAYEUX_MESSAGE, type BayeuxMessage, type StreamEnd, streamEndOf } from './bayeux-reply.ts';
import type { StreamEvent } from './event-source.ts';
import { createFayeClient, discardFayeClient, type FayeExtension } from './faye-client.ts';

export interface StreamClientOptions {
  connection: Connection;
  channel: string;
  cursor: string | undefined;
  onEvents(events: readonly StreamEvent[]): Promise<void>;
  onSubscribed(): void;
  onAlive(): void;
  /** Called once. The client is already dead then and will not call anything again. */
  onEnd(end: StreamEnd): void;
}

/** Salesforce's advice says 110 s; until it came, this holds. */
const FIRST_ANSWER_MS = 60_000;

/** A reply may be this much later than advised before the stream counts as dead. */
const LATENESS = 1.2;

/** Salesforce forgets a client 40 s after a reply without a new connect, so the store has less than that. */
const LONGEST_INTAKE_MS = 35_000;

/** "Only what comes from now on". Never -2, which could spend the org's deliveries of a day. */
const NEW_EVENTS_ONLY = -1;

/**
 * One CometD session from handshake to its first fault. jsforce's own extensions are not enough: theirs move the
 * cursor on receipt, know one channel only, and leave a refused client silent. This one asks for the committed
 * cursor, looks at every reply, and holds the next /meta/connect until the events are in the store.
 */
export function startStreamClient(options: StreamClientOptions): { stop(): Promise<void> } {
  const { channel, cursor } = options;
  let isDead = false;
  let watchdog: NodeJS.Timeout | undefined;
  let buffer: StreamEvent[] = [];
  let intake = Promise.resolve();
  let advisedTimeout = FIRST_ANSWER_MS;

  const kill = () => {
    isDead = true;
    clearTimeout(watchdog);
    discardFayeClient(client);
  };
  const end = (reason: StreamEnd) => {
    if (isDead) return;
    kill();
    options.onEnd(reason);
  };
  const expectAnswerWithin = (milliseconds: number) => {
    clearTimeout(watchdog);
    if (!isDead) watchdog = setTimeout(() => end('silent'), milliseconds);
  };
  const flush = () => {
    const events = buffer;
    buffer = [];
    if (events.length > 0) intake = intake.then(() => (isDead ? undefined : options.onEvents(events)));
    return intake;
  };
  /** All messages of one HTTP reply come in one go; what follows sees them together. */
  const flushAfterThisReply = () =>
    new Promise<void>((resolve, reject) => setImmediate(() => flush().then(resolve, reject)));

  const onConnectReply = (message: BayeuxMessage, forward: (message: unknown) => void) => {
    advisedTimeout = message.advice?.timeout ?? advisedTimeout;
    options.onAlive();
    expectAnswerWithin(LONGEST_INTAKE_MS);
    flushAfterThisReply().then(
      () => {
        if (isDead) return;
        expectAnswerWithin(LATENESS * advisedTimeout);
        forward(message);
      },
      () => end('intake_failed'),
    );
  };

  const extension: FayeExtension = {
    outgoing(message, forward) {
      if (isDead) return forward(null);
      if (message.channel !== '/meta/subscribe') return forward(message);
      const replay = {
        [String(message.subscription)]: cursor === undefined ? NEW_EVENTS_ONLY : (JSON.parse(cursor) as unknown),
      };
      return forward({ ...message, ext: { ...(message.ext as object | undefined), replay } });
    },
    incoming(raw, forward) {
      if (isDead) return forward(null);
      const parsed = BAYEUX_MESSAGE.safeParse(raw);
      const reason = parsed.success ? streamEndOf(parsed.data) : 'unusable_reply';
      if (!parsed.success || reason !== undefined) {
        forward(null);
        return end(reason ?? 'unusable_reply');
      }
      const message = parsed.data;
      if (message.channel === channel) {
        buffer.push(toStreamEvent(message.data));
        flushAfterThisReply().catch(() => end('intake_failed'));
        return forward(null);
      }
      if (message.channel === '/meta/connect') return onConnectReply(message, forward);
      if (message.channel === '/meta/subscribe') options.onSubscribed();
      return forward(raw);
    },
  };

  const client = createFayeClient(options.connection, extension);
  expectAnswerWithin(FIRST_ANSWER_MS);
  client.subscribe(channel, () => undefined);

  return {
    async stop() {
      if (isDead) return;
      client.disconnect();
      await flush().catch(() => undefined);
      kill();
    },
  };
}

function toStreamEvent(data: unknown): StreamEvent {
  const { payload, event } = (data ?? {}) as { payload?: unknown; event?: { replayId?: unknown } };
  const replayId = event?.replayId;
  const isUsable = typeof replayId === 'number' || typeof replayId === 'string';
  return { replayId: isUsable ? JSON.stringify(replayId) : undefined, payload };
}
