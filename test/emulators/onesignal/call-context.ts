/** What every endpoint gets, and how it reads a body. */
import type { z } from 'zod';
import type { AppData, User } from './app-data.ts';
import type { CallKind, OneSignalOptions, ReceivedEvent } from './emulator-types.ts';
import { type Answer, badRequest, textError } from './error-answers.ts';

export interface App {
  options: Required<OneSignalOptions>;
  data: AppData;
  customEvents: ReceivedEvent[];
  /** Idempotency keys of events, with the time they first came. */
  eventKeys: Map<string, number>;
  messages: Record<string, unknown>[];
  /** How many users were created: OneSignal's two descriptions say 200 and 201, so they take turns. */
  created: number;
}

export interface Call {
  kind: CallKind;
  method: string;
  /** As it came, without the query. */
  path: string;
  /** Decoded parts of the path by their name. */
  params: Record<string, string>;
  body: unknown;
  receivedAt: number;
}

/** `user` is whom the write was about; it goes into the history. */
export type Result = Answer & { user?: User };

export interface Endpoint {
  kind: CallKind;
  method: string;
  /** Parts of the path after `/apps/{app_id}`; `:name` takes anything. */
  path: string[];
  limit: 'app' | 'view' | 'messages' | 'none';
  /** Names under which the write counts for the limit of one a second. */
  spacing?: (app: App, call: Call) => string[];
  handle: (app: App, call: Call) => Result;
}

export function parse<T>(
  schema: z.ZodType<T>,
  body: unknown,
  shape: 'coded' | 'text' = 'coded',
): { ok: true; value: T } | { ok: false; answer: Answer } {
  const result = schema.safeParse(body);
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0];
  const title = `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'invalid'}`;
  return { ok: false, answer: shape === 'coded' ? badRequest(title) : textError(400, title) };
}

/** A known user counts under its id and its external id (which outlives a delete), an unknown one under the alias. */
export function spacingNames(user: User | undefined, label: string, id: string): string[] {
  if (!user) return [`${label}=${id}`];
  const externalId = user.aliases.get('external_id');
  return externalId === undefined ? [`user ${user.id}`] : [`user ${user.id}`, `external_id=${externalId}`];
}

export const pathUserNames = (app: App, call: Call): string[] => {
  const { label = '', id = '' } = call.params;
  return spacingNames(app.data.find(label, id), label, id);
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const isUuid = (text: string): boolean => UUID.test(text);
