import { z } from 'zod';

/** What somebody did with a message, or what became of it. */
export const ENGAGEMENTS = [
  'sent',
  'received',
  'opened',
  'clicked',
  'unsubscribed',
  'reported_as_spam',
  'bounced',
] as const;
export type Engagement = (typeof ENGAGEMENTS)[number];

/** `iam`: a message within the app. */
export type EngagementChannel = 'push' | 'email' | 'sms' | 'iam';

/**
 * By the `event.kind` of OneSignal's Event Streams. A bounce is a permanent one, and was called so in an earlier version.
 * https://documentation.onesignal.com/docs/en/event-streams-data
 */
const KINDS: Readonly<Record<string, readonly [EngagementChannel, Engagement]>> = {
  'message.push.sent': ['push', 'sent'],
  'message.push.received': ['push', 'received'],
  'message.push.clicked': ['push', 'clicked'],
  'message.push.unsubscribed': ['push', 'unsubscribed'],
  'message.iam.impression': ['iam', 'received'],
  'message.iam.displayed': ['iam', 'received'],
  'message.iam.clicked': ['iam', 'clicked'],
  'message.email.sent': ['email', 'sent'],
  'message.email.received': ['email', 'received'],
  'message.email.opened': ['email', 'opened'],
  'message.email.clicked': ['email', 'clicked'],
  'message.email.unsubscribed': ['email', 'unsubscribed'],
  'message.email.reported_as_spam': ['email', 'reported_as_spam'],
  'message.email.bounced': ['email', 'bounced'],
  'message.email.hardbounced': ['email', 'bounced'],
  'message.sms.sent': ['sms', 'sent'],
  'message.sms.delivered': ['sms', 'received'],
};

/** One event of OneSignal's Event Streams, as far as it is kept. */
export interface EngagementEvent {
  /** The same each time the event comes. */
  id: string;
  channel: EngagementChannel;
  what: Engagement;
  /** Milliseconds since 1970, on OneSignal's clock, in whole seconds. */
  at: number;
  externalId: string | null;
  onesignalId: string | null;
  /** null where OneSignal does not know the message any more, as after 30 days. */
  messageId: string | null;
  messageName: string | null;
}

/** Liquid writes nothing for what it does not have. */
const text = (longest: number) =>
  z
    .string()
    .max(longest)
    .nullish()
    .transform((value) => value || null);

/** Longer than what OneSignal takes: https://documentation.onesignal.com/docs/en/users#external-id and `name` of a message. */
const LONGEST_ENCODED = 2_048;
const LATEST_SECONDS = 32_503_680_000;

const BODY = z.object({
  kind: z.string().max(100),
  id: z.string().min(1).max(100),
  ts: z.coerce.number().positive().max(LATEST_SECONDS),
  external_id: text(LONGEST_ENCODED),
  onesignal_id: text(100),
  message_id: text(100),
  message_name: text(LONGEST_ENCODED),
});

/**
 * Reads the body that the template in docs/engagement.md makes.
 * @returns `ignored` for a kind that says nothing about a person's engagement, undefined where it is no such body
 */
export function readEngagementEvent(body: unknown): EngagementEvent | 'ignored' | undefined {
  const parsed = BODY.safeParse(body);
  if (!parsed.success) return undefined;
  const { kind, id, ts, external_id, onesignal_id, message_id, message_name } = parsed.data;
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (known === undefined) return 'ignored';
  const [channel, what] = known;
  return {
    id,
    channel,
    what,
    at: Math.floor(ts) * 1_000,
    externalId: decoded(external_id),
    onesignalId: onesignal_id,
    messageId: message_id,
    messageName: decoded(message_name),
  };
}

/** What Liquid's `url_encode` made, so that no quote in it breaks the JSON. Anything else counts as it is. */
function decoded(value: string | null): string | null {
  if (value === null) return null;
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

/** True of what shows that somebody took notice. */
export function isEngaged(what: Engagement): what is 'opened' | 'clicked' {
  return what === 'opened' || what === 'clicked';
}

/** True of what says that somebody wants no more messages of this channel. */
export function isUnsubscribe(what: Engagement): boolean {
  return what === 'unsubscribed' || what === 'reported_as_spam';
}

/** True of what makes a further email to the address wrong, or useless. */
export function isEmailEnd({ channel, what }: Pick<EngagementEvent, 'channel' | 'what'>): boolean {
  return channel === 'email' && (isUnsubscribe(what) || what === 'bounced');
}
