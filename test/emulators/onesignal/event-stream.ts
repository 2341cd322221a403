/**
 * One of OneSignal's Event Streams: renders the body that an admin put into the dashboard, and posts it, an event a request.
 * https://documentation.onesignal.com/docs/en/event-streams and https://documentation.onesignal.com/docs/en/event-streams-data
 */
import { randomUUID } from 'node:crypto';
import { Liquid } from 'liquidjs';
import type { OneSignalEmulator } from './emulator-types.ts';

/** A message as the dashboard has it. */
export interface StreamedMessage {
  id: string;
  name: string;
  title?: string;
  template_id?: string;
}

export interface StreamOptions {
  appId: string;
  url: string;
  headers: Record<string, string>;
  /** Liquid. */
  body: string;
  users: OneSignalEmulator['users'];
}

export interface ToldEvent {
  kind: string;
  externalId: string;
  message: StreamedMessage;
  /** Milliseconds since 1970; whole seconds are told. */
  at: number;
  /**
   * Message data are kept for 30 days, and what comes later has them blank. The public pages leave open whether the id is
   * among them: both are seen here.
   */
  forgotten?: 'name' | 'everything';
}

export interface Delivery {
  eventId: string;
  statuses: number[];
}

export interface EventStream {
  /** Something happened: it waits until it is delivered. */
  tell(event: ToldEvent): void;
  /**
   * Posts all that waits. Recoverable failures are tried again a few times; order is not promised, and an event may come twice.
   */
  deliver(how?: { order?: 'as told' | 'reversed' | 'at once'; twice?: boolean }): Promise<Delivery[]>;
  /** Sustained failures switch a stream off. */
  readonly isDisabled: boolean;
}

/** The public pages say "a few times" and "sustained": these are the emulator's own. */
const MOST_TRIES = 4;
const MOST_FAILURES_IN_A_ROW = 20;
const RECOVERABLE = (status: number) => status === 0 || status === 408 || status === 429 || status >= 500;

export function createEventStream({ appId, url, headers, body, users }: StreamOptions): EventStream {
  const template = new Liquid({ jsTruthy: false });
  const parsed = template.parse(body);
  let waiting: { id: string; text: string }[] = [];
  let failuresInARow = 0;

  const post = async (text: string): Promise<number> => {
    const answer = await fetch(url, { method: 'POST', headers, body: text }).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.status ?? 0;
  };

  const send = async ({ id, text }: { id: string; text: string }): Promise<Delivery> => {
    const statuses: number[] = [];
    do statuses.push(await post(text));
    while (RECOVERABLE(statuses.at(-1) ?? 0) && statuses.length < MOST_TRIES);
    const isTaken = (statuses.at(-1) ?? 0) >= 200 && (statuses.at(-1) ?? 0) < 300;
    failuresInARow = isTaken ? 0 : failuresInARow + 1;
    return { eventId: id, statuses };
  };

  return {
    tell({ kind, externalId, message, at, forgotten }) {
      const user = users.byExternalId(externalId);
      const seconds = Math.floor(at / 1_000);
      const event = {
        kind,
        id: randomUUID(),
        timestamp: seconds,
        datetime: new Date(seconds * 1_000).toISOString(),
        app_id: appId,
        external_id: user?.externalId ?? '',
        onesignal_id: user?.onesignalId ?? '',
        subscription_id: user?.subscriptions[0]?.id ?? '',
        data: {},
      };
      const shown = forgotten === undefined ? message : { id: forgotten === 'name' ? message.id : undefined };
      const text: string = template.renderSync(parsed, { event, message: shown, user: { ...user?.properties } });
      waiting.push({ id: event.id, text });
    },
    async deliver({ order = 'as told', twice = false } = {}) {
      const events = order === 'reversed' ? waiting.toReversed() : waiting;
      waiting = [];
      const all = twice ? [...events, ...events] : events;
      if (failuresInARow >= MOST_FAILURES_IN_A_ROW) return [];
      if (order === 'at once') return Promise.all(all.map(send));
      const deliveries: Delivery[] = [];
      for (const event of all) deliveries.push(await send(event));
      return deliveries;
    },
    get isDisabled() {
      return failuresInARow >= MOST_FAILURES_IN_A_ROW;
    },
  };
}
