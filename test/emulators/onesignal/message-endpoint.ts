/** Create message, as far as a relay needs it. https://documentation.onesignal.com/reference/create-message */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { User } from './app-data.ts';
import { type App, type Call, type Endpoint, isUuid, parse, type Result } from './call-context.ts';
import { textError } from './error-answers.ts';

const MAX_TARGETS = 20_000;
const IDEMPOTENCY_MS = 30 * 24 * 3_600_000;

const messageBody = z
  .strictObject({
    app_id: z.string(),
    include_aliases: z.record(z.string(), z.array(z.string()).min(1)),
    target_channel: z.enum(['push', 'email', 'sms']),
    contents: z.looseObject({ en: z.string() }).optional(),
    template_id: z.string().refine(isUuid, 'template_id is not a UUID').optional(),
    custom_data: z.record(z.string(), z.unknown()).optional(),
    name: z.string().max(128).optional(),
    idempotency_key: z.string().refine(isUuid, 'idempotency_key is not a UUID').optional(),
    email_subject: z.string().optional(),
    email_body: z.string().optional(),
    send_after: z.string().optional(),
    ttl: z.int().min(0).max(2_419_200).optional(),
  })
  .refine((body) => body.contents ?? body.template_id ?? body.email_body, 'Message Notifications must have content')
  .refine((body) => Object.values(body.include_aliases).flat().length <= MAX_TARGETS, 'too many aliases');

interface Sent {
  at: number;
  answer: { id: string; external_id: string | null };
}

const sentByApp = new WeakMap<App, Map<string, Sent>>();

function sentOf(app: App): Map<string, Sent> {
  const sent = sentByApp.get(app) ?? new Map<string, Sent>();
  sentByApp.set(app, sent);
  return sent;
}

const isReachable = (user: User, channel: string): boolean =>
  user.subscriptions.some(
    (one) => one.enabled && (channel === 'push' ? one.type.endsWith('Push') : one.type.toLowerCase() === channel),
  );

/** A 200 with an empty id was not sent; a 200 with `errors.invalid_aliases` was sent in part. */
function createMessage(app: App, call: Call): Result {
  const parsed = parse(messageBody, call.body, 'text');
  if (!parsed.ok) return parsed.answer;
  const body = parsed.value;
  if (body.app_id !== app.options.appId) return textError(400, 'app_id not found');
  const key = body.idempotency_key;
  const earlier = key === undefined ? undefined : sentOf(app).get(key);
  if (earlier && call.receivedAt - earlier.at < IDEMPOTENCY_MS) {
    return { status: 200, body: earlier.answer, headers: { 'idempotent-replayed': 'true' } };
  }
  const targets = Object.entries(body.include_aliases).flatMap(([label, ids]) =>
    ids.map((id) => ({ label, id, user: app.data.find(label, id) })),
  );
  const reached = targets.filter(({ user }) => user && isReachable(user, body.target_channel));
  if (reached.length === 0) {
    return { status: 200, body: { id: '', errors: ['All included players are not subscribed'] } };
  }
  const answer = { id: randomUUID(), external_id: key ?? null };
  if (key !== undefined) sentOf(app).set(key, { at: call.receivedAt, answer });
  app.messages.push(body);
  const invalid: Record<string, string[]> = {};
  for (const { label, id, user } of targets) {
    if (!user) invalid[label] = [...(invalid[label] ?? []), id];
  }
  const hasInvalid = Object.keys(invalid).length > 0;
  return { status: 200, body: hasInvalid ? { ...answer, errors: { invalid_aliases: invalid } } : answer };
}

export const messageEndpoint: Endpoint = {
  kind: 'create_message',
  method: 'POST',
  path: ['notifications'],
  limit: 'messages',
  handle: createMessage,
};
