/** Custom events. https://documentation.onesignal.com/reference/create-custom-events */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type App, type Call, type Endpoint, isUuid, type Result } from './call-context.ts';
import { textError } from './error-answers.ts';
import { isReplicated } from './user-endpoints.ts';

const MAX_NAME = 128;
const MAX_EVENT_BYTES = 2_024;
/** That page says best-effort within 4 hours, another says 30 days: the shorter one finds the bug. */
const IDEMPOTENCY_MS = 4 * 3_600_000;

/** A custom alias does not identify the user of an event: only these two do. */
const event = z
  .strictObject({
    name: z.string().min(1).max(MAX_NAME),
    external_id: z.string().min(1).optional(),
    onesignal_id: z.string().refine(isUuid).optional(),
    timestamp: z.iso.datetime({ offset: true }).optional(),
    idempotency_key: z.string().refine(isUuid).optional(),
    properties: z.record(z.string(), z.unknown()).optional(),
  })
  .refine((value) => (value.external_id === undefined) !== (value.onesignal_id === undefined))
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_EVENT_BYTES);

const eventsBody = z.strictObject({ events: z.array(event).min(1) });

type Event = z.infer<typeof event>;

const eventError = (userId: string, code: string, title: string) => ({
  event_user_id: userId,
  event_id: randomUUID(),
  error: { code, title },
});

function isRepeated(app: App, key: string | undefined, now: number): boolean {
  if (key === undefined) return false;
  const first = app.eventKeys.get(key);
  if (first !== undefined && now - first < IDEMPOTENCY_MS) return true;
  app.eventKeys.set(key, now);
  return false;
}

/** @returns the error of this event, which doesn't stop the others */
function take(app: App, given: Event, receivedAt: number): Record<string, unknown> | undefined {
  const userId = given.external_id ?? given.onesignal_id ?? '';
  if (/^os(\.|__)/.test(given.name)) return eventError(userId, 'invalid name', 'event names must not start with os.');
  const user = app.data.find(given.external_id === undefined ? 'onesignal_id' : 'external_id', userId);
  // The same replication that hides a new user from a lookup (comment in ConfigModel of OneSignal's Android SDK).
  if (!user || !isReplicated(app, user))
    return eventError(userId, 'not found', `failed to find a onesignal_id for user_id ${userId}`);
  const isDuplicate = isRepeated(app, given.idempotency_key, receivedAt);
  app.customEvents.push({ event: given, onesignalId: user.id, receivedAt, isDuplicate });
  return undefined;
}

/** 202 even if every event failed. */
function createEvents(app: App, call: Call): Result {
  if (app.options.plan === 'free') return textError(403, 'This API is not available for applications on your plan.');
  const parsed = eventsBody.safeParse(call.body);
  if (!parsed.success) return { status: 400, body: {} };
  const errors = parsed.data.events.flatMap((one) => take(app, one, call.receivedAt) ?? []);
  return { status: 202, body: errors.length > 0 ? { errors } : {} };
}

/** The limit of custom events is their own and not published. */
export const eventEndpoint: Endpoint = {
  kind: 'custom_events',
  method: 'POST',
  path: ['custom_events'],
  limit: 'none',
  handle: createEvents,
};
