import type { BusEvent, Clock, FieldValues } from '../org-contract.ts';
import type { FilteredChannel } from './filtered-channels.ts';
import { seededRandom, seededUuid } from './ids.ts';

/** https://developer.salesforce.com/docs/platform/pub-sub-api/guide/event-message-durability.html */
const retentionMs = 72 * 3_600_000;

interface Channel {
  events: BusEvent[];
  /** The id just before the oldest retained event. */
  floor: number;
  last: number;
}

/** Events of the last 72 hours by channel. Replay ids rise with gaps and start at a number that follows from the seed. */
export class EventBus {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #channels = new Map<string, Channel>();
  readonly #filtered: ReadonlyMap<string, FilteredChannel>;
  readonly #listeners: ((event: BusEvent) => void)[] = [];

  constructor(seed: string, clock: Clock, channels: string[], filtered: readonly FilteredChannel[] = []) {
    this.#clock = clock;
    this.#random = seededRandom(`bus ${seed}`);
    for (const channel of channels) this.#channels.set(channel, this.#newChannel());
    this.#filtered = new Map(filtered.map((one) => [one.channel, one]));
  }

  has(channel: string): boolean {
    return this.#channels.has(this.sourceOf(channel));
  }

  onPublish(listener: (event: BusEvent) => void): void {
    this.#listeners.push(listener);
  }

  newUuid(): string {
    return seededUuid(this.#random);
  }

  append(channel: string, schema: string, payload: FieldValues): void {
    const target = this.#channel(channel);
    target.last += 1 + Math.floor(this.#random() * this.#random() * 40);
    const event: BusEvent = {
      channel,
      replayId: target.last,
      eventUuid: this.newUuid(),
      publishedAt: this.#clock(),
      schema,
      payload,
    };
    target.events.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  retained(channel: string): BusEvent[] {
    const target = this.#channels.get(this.sourceOf(channel));
    if (!target) return [];
    this.#expire(target);
    return target.events.flatMap((event) => this.shownOn(channel, event) ?? []);
  }

  lastReplayId(channel: string): number {
    return this.#channels.get(this.sourceOf(channel))?.last ?? 0;
  }

  knowsReplayId(channel: string, replayId: number): boolean {
    const target = this.#channels.get(this.sourceOf(channel));
    if (!target) return false;
    this.#expire(target);
    return replayId === target.floor || target.events.some((event) => event.replayId === replayId);
  }

  /** What moving the org to another instance does: every replay id so far is void and the numbers start elsewhere. */
  restart(): void {
    for (const channel of this.#channels.keys()) this.#channels.set(channel, this.#newChannel());
  }

  /** The event as a subscriber to the channel gets it: under the channel's name, with its own replay id. */
  shownOn(channel: string, event: BusEvent): BusEvent | undefined {
    const filtered = this.#filtered.get(channel);
    if (filtered === undefined) return event.channel === channel ? event : undefined;
    const isShown = event.channel === `/event/${filtered.event}` && filtered.passes(event.payload);
    return isShown ? { ...event, channel } : undefined;
  }

  /** The channel of the event itself, on which a custom channel draws. */
  sourceOf(channel: string): string {
    const filtered = this.#filtered.get(channel);
    return filtered === undefined ? channel : `/event/${filtered.event}`;
  }

  #channel(name: string): Channel {
    const channel = this.#channels.get(name);
    if (!channel) throw new Error(`no channel ${name}`);
    return channel;
  }

  #newChannel(): Channel {
    const start = 100_000 + Math.floor(this.#random() * 50_000_000);
    return { events: [], floor: start, last: start };
  }

  #expire(channel: Channel): void {
    const oldest = this.#clock() - retentionMs;
    let expired = 0;
    for (const event of channel.events) {
      if (event.publishedAt >= oldest) break;
      channel.floor = event.replayId;
      expired++;
    }
    if (expired > 0) channel.events.splice(0, expired);
  }
}
