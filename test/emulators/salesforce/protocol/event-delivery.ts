import type { BusEvent } from '../org-contract.ts';
import {
  type BayeuxMessage,
  type BayeuxReply,
  channelNotInReplayMap,
  deliveriesSpent,
  invalidReplayId,
} from './bayeux-replies.ts';
import type { CometdSession, CometdSessions } from './cometd-session.ts';
import type { EmulatedOrg } from './emulated-org.ts';

/** EventUuid appears from this endpoint version on. https://developer.salesforce.com/docs/atlas.en-us.258.0.platform_events.meta/platform_events/platform_events_event_uuid.htm */
const firstVersionWithEventUuid = 52;

/** Who gets which event from where on, and what that costs. */
export class EventDelivery {
  readonly #emulated: EmulatedOrg;
  readonly #sessions: CometdSessions;
  readonly #mostPerReply: number;
  /** Replay ids up to these are lost, per channel, besides what the org itself has dropped after 72 hours. */
  readonly #lostUpTo = new Map<string, number>();
  readonly #channels = new Set<string>();

  constructor(emulated: EmulatedOrg, sessions: CometdSessions, mostPerReply: number) {
    this.#emulated = emulated;
    this.#sessions = sessions;
    this.#mostPerReply = mostPerReply;
    emulated.org.onPublish((event) => this.#publish(event));
  }

  /** Subscribes, or says why not. The backlog is queued for the next connect. */
  subscribe(session: CometdSession, message: BayeuxMessage): string | undefined {
    const channel = message.subscription;
    if (typeof channel !== 'string' || channel === '') return '400::Channel name not specified';
    if (!channel.startsWith('/')) return "400::Channel subscriptions must start with a leading '/'";
    const right = this.#emulated.org.maySubscribe(channel, session.user);
    if (right === 'unknown') return `400::The channel you requested to subscribe to doesn't exist {${channel}}`;
    if (right === 'denied') return '403::Restricted channel';
    if (this.#emulated.deliveries.remaining <= 0) return deliveriesSpent;
    return this.#startFrom(session, channel, message.ext?.replay);
  }

  unsubscribe(session: CometdSession, channel: string): void {
    session.channels.delete(channel);
    session.queue = session.queue.filter((event) => event.channel !== channel);
  }

  /** True once a subscriber has events to get and the org may deliver none: its subscriptions end. */
  dropWhenSpent(session: CometdSession): boolean {
    if (this.#emulated.deliveries.remaining > 0 || session.queue.length === 0) return false;
    this.dropSubscriptions(session);
    return true;
  }

  dropSubscriptions(session: CometdSession): void {
    session.channels.clear();
    session.queue = [];
  }

  /** The next events as Bayeux messages, taken off the queue and counted as delivered. */
  take(session: CometdSession): BayeuxReply[] {
    const { deliveries, stats } = this.#emulated;
    const count = Math.min(session.queue.length, this.#mostPerReply, deliveries.remaining);
    const events = session.queue.splice(0, count);
    if (count > 0) deliveries.take(count);
    stats.deliveries += count;
    return events.map((event) => shown(event, session.version));
  }

  /** Every event so far becomes unreachable, as after 72 hours or a move of the org. */
  loseReplayWindow(): void {
    for (const channel of this.#channels) this.#lostUpTo.set(channel, this.#emulated.org.lastReplayId(channel));
  }

  #startFrom(session: CometdSession, channel: string, map: Record<string, unknown> | undefined): string | undefined {
    this.#channels.add(channel);
    if (map !== undefined && !Object.hasOwn(map, channel)) return channelNotInReplayMap(channel, map);
    const replayId = map?.[channel] ?? -1;
    if (!this.#isValid(channel, replayId)) return invalidReplayId(replayId);
    session.channels.add(channel);
    session.queue = session.queue.filter((event) => event.channel !== channel);
    if (replayId !== -1) session.queue.push(...this.#after(channel, Number(replayId)));
    this.#wake(session);
    return undefined;
  }

  #isValid(channel: string, replayId: unknown): boolean {
    if (replayId === -1 || replayId === -2) return true;
    if (typeof replayId !== 'number' || !Number.isSafeInteger(replayId)) return false;
    if (replayId <= (this.#lostUpTo.get(channel) ?? Number.NEGATIVE_INFINITY)) return false;
    return this.#emulated.org.knowsReplayId(channel, replayId);
  }

  #after(channel: string, replayId: number): BusEvent[] {
    const from = Math.max(replayId, this.#lostUpTo.get(channel) ?? Number.NEGATIVE_INFINITY);
    return this.#emulated.org.retained(channel).filter((event) => event.replayId > from);
  }

  #publish(event: BusEvent): void {
    this.#channels.add(event.channel);
    this.#emulated.published.take();
    for (const session of this.#sessions.all()) {
      const shown = [...session.channels].flatMap((channel) => this.#shownOn(channel, event) ?? []);
      if (shown.length === 0) continue;
      session.queue.push(...shown);
      this.#wake(session);
    }
  }

  /** What a custom channel filters out costs no delivery: https://developer.salesforce.com/docs/platform/platform-events/guide/platform-events-filters.html */
  #shownOn(channel: string, event: BusEvent): BusEvent | undefined {
    const { org } = this.#emulated;
    if (org.shownOn !== undefined) return org.shownOn(channel, event);
    return event.channel === channel ? event : undefined;
  }

  /** Not at once: the events of one transaction travel together. */
  #wake(session: CometdSession): void {
    if (session.queue.length === 0) return;
    const { held } = session;
    if (held) setImmediate(() => held.end('events'));
  }
}

function shown(event: BusEvent, version: number): BayeuxReply {
  const { replayId, eventUuid } = event;
  const withUuid = version >= firstVersionWithEventUuid ? { EventUuid: eventUuid, replayId } : { replayId };
  return { data: { schema: event.schema, payload: event.payload, event: withUuid }, channel: event.channel };
}
