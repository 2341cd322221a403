import { conflictingAliases, type ReplyBody, readReplyBody } from './error-envelope.ts';
import { isJsonObject } from './json-fields.ts';
import type { OneSignalCall, OneSignalReply, RateLimitScope } from './onesignal-outcome.ts';
import { readIdentity, readUser } from './read-user.ts';
import { retryAfterMs } from './retry-after.ts';

export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** OneSignal's own first step of backing off, for a 429 without a readable Retry-After. */
const DEFAULT_RETRY_MS = 2_000;

/**
 * The 5xx after which a write surely was not applied: OneSignal refused work (503), or Cloudflare never got through to
 * OneSignal (521 refused, 523 unreachable, 525 and 526 TLS). After any other it may have been, or may yet be.
 * https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/
 */
const SURELY_NOT_APPLIED: ReadonlySet<number> = new Set([503, 521, 523, 525, 526]);

/** What is longer Salesforce would refuse in `OneSignal_Id__c`, and the rest of the status with it. */
const ONESIGNAL_ID = /^[\w-]{1,36}$/;

type Reply = {
  readonly call: OneSignalCall;
  readonly status: number;
  readonly body: ReplyBody;
  /** What Retry-After asks for. */
  readonly retryMs: number | undefined;
};

type Rule = {
  /** First and last status that the rule is for. */
  readonly from: number;
  readonly to: number;
  readonly calls?: readonly OneSignalCall[];
  /** One of the answer's error codes must match. */
  readonly code?: RegExp;
  readonly form?: ReplyBody['form'];
  readonly reply: (reply: Reply) => OneSignalReply;
};

/** What an answer means: the first rule that fits. Codes come before statuses, since they are the stable part. */
const RULES: readonly Rule[] = [
  // A captive portal or a proxy may answer 200 with a page of its own.
  { from: 200, to: 299, form: 'foreign', reply: (r) => unavailable(r, ['unreadable_reply'], true) },
  { from: 200, to: 201, calls: ['create_user', 'create_subscription'], reply: (r) => success('created', r) },
  { from: 202, to: 299, calls: ['create_user', 'create_subscription'], reply: (r) => success('existing', r) },
  { from: 200, to: 299, calls: ['view_user'], reply: viewed },
  { from: 200, to: 299, calls: ['custom_events'], reply: eventsTaken },
  { from: 200, to: 299, calls: ['create_message'], reply: messageSent },
  { from: 200, to: 299, reply: (r) => success('accepted', r) },
  // Never followed: the key must not go to another host. The base URL is wrong, not the record.
  { from: 100, to: 399, reply: (r) => unavailable(r, ['unexpected_redirect'], false) },

  { from: 401, to: 401, reply: ({ status }) => ({ kind: 'unauthorized', status }) },
  { from: 429, to: 429, reply: rateLimited },
  { from: 400, to: 499, code: /^auth-/, reply: ({ status }) => ({ kind: 'unauthorized', status }) },
  { from: 400, to: 499, code: /^entitlements-tag-limit$/, reply: ({ status }) => ({ kind: 'tag_limit', status }) },
  // Another limit of the plan is about this request, not about the key.
  { from: 403, to: 403, code: /^entitlements-/, reply: invalid },
  { from: 403, to: 403, reply: (r) => ({ kind: 'forbidden', status: r.status, codes: codesOf(r) }) },
  { from: 408, to: 408, reply: (r) => unavailable(r, codesOf(r), true) },
  { from: 425, to: 425, reply: (r) => unavailable(r, codesOf(r), false) },
  { from: 413, to: 414, reply: invalid },
  // A page, not an answer of the API: no verdict on a record may rest on it.
  { from: 400, to: 499, form: 'foreign', reply: (r) => unavailable(r, ['unreadable_reply'], false) },
  // The alias isn't on that user, whatever the code: what the call wanted.
  { from: 409, to: 409, calls: ['delete_alias'], reply: ({ status }) => ({ kind: 'not_found', status }) },
  { from: 409, to: 409, code: /^(Conflict|user-2)$/, reply: aliasClaimed },
  { from: 409, to: 409, reply: (r) => ({ kind: 'conflict_other', status: r.status, codes: codesOf(r) }) },
  // The path of a create names nothing but the app.
  {
    from: 404,
    to: 404,
    calls: ['create_user'],
    reply: ({ status }) => ({ kind: 'forbidden', status, codes: ['app_not_found'] }),
  },
  // The probe asks for a user that isn't there.
  { from: 404, to: 404, calls: ['probe'], reply: (r) => success('accepted', r) },
  { from: 404, to: 404, reply: ({ status }) => ({ kind: 'not_found', status }) },
  { from: 410, to: 410, reply: ({ status }) => ({ kind: 'not_found', status }) },
  { from: 400, to: 499, reply: invalid },

  { from: 500, to: 599, reply: (r) => unavailable(r, codesOf(r), !SURELY_NOT_APPLIED.has(r.status)) },
];

/**
 * What an HTTP answer means for the call. Never throws, whatever the answer holds; the result quotes nothing of the
 * body but codes and, for `alias_claimed`, the aliases.
 *
 * @param bodyText the body, or the first part of one that is too long (which then counts as unreadable)
 * @param nowMs epoch ms, for a Retry-After that is a date
 */
export function classifyReply(
  call: OneSignalCall,
  status: number,
  headers: ReplyHeaders,
  bodyText: string,
  nowMs: number = Date.now(),
): OneSignalReply {
  const reply: Reply = {
    call,
    status,
    body: readReplyBody(bodyText),
    retryMs: retryAfterMs(headers['retry-after'], nowMs),
  };
  const rule = RULES.find((candidate) => fits(candidate, reply));
  return rule === undefined ? unavailable(reply, ['unreadable_reply'], true) : rule.reply(reply);
}

function fits(rule: Rule, { call, status, body }: Reply): boolean {
  if (status < rule.from || status > rule.to) return false;
  if (rule.calls !== undefined && !rule.calls.includes(call)) return false;
  if (rule.form !== undefined && rule.form !== body.form) return false;
  const { code } = rule;
  return code === undefined || body.errors.some((error) => code.test(error.code));
}

function codesOf({ body }: Reply): string[] {
  return [...new Set(body.errors.map((error) => error.code))];
}

function success(kind: 'created' | 'existing' | 'accepted', { status, body }: Reply): OneSignalReply {
  const id = isJsonObject(body.json) ? readIdentity(body.json).onesignal_id : undefined;
  return { kind, status, oneSignalId: id !== undefined && ONESIGNAL_ID.test(id) ? id : undefined };
}

function viewed(reply: Reply): OneSignalReply {
  const user = readUser(reply.body.json);
  if (user === undefined) return unavailable(reply, ['unreadable_reply'], false);
  return { kind: 'viewed', status: reply.status, user };
}

/** The rest of the batch is taken, whatever is in the list of errors. */
function eventsTaken({ status, body }: Reply): OneSignalReply {
  const errors = isJsonObject(body.json) && Array.isArray(body.json.errors) ? body.json.errors : [];
  const refused = errors.filter(isJsonObject).flatMap(({ event_user_id: externalId, error }) => {
    const code = isJsonObject(error) && typeof error.code === 'string' ? error.code : 'unknown';
    return typeof externalId === 'string' ? [{ externalId, code }] : [];
  });
  return { kind: 'events_taken', status, refused };
}

/** A 200 without an id was not sent: https://documentation.onesignal.com/reference/create-message */
function messageSent({ status, body }: Reply): OneSignalReply {
  const isSent = isJsonObject(body.json) && typeof body.json.id === 'string' && body.json.id !== '';
  return { kind: isSent ? 'message_sent' : 'message_not_sent', status };
}

function invalid(reply: Reply): OneSignalReply {
  return { kind: 'invalid', status: reply.status, codes: codesOf(reply) };
}

function aliasClaimed({ status, body }: Reply): OneSignalReply {
  return { kind: 'alias_claimed', status, conflictingAliases: conflictingAliases(body.errors) };
}

function rateLimited({ call, status, body, retryMs }: Reply): OneSignalReply {
  return { kind: 'rate_limited', status, retryAfterMs: retryMs ?? DEFAULT_RETRY_MS, scope: scopeOf(call, body) };
}

/** Views have a limit of their own. An answer that doesn't say which limiter it is counts for the whole app. */
function scopeOf(call: OneSignalCall, { limit }: ReplyBody): RateLimitScope {
  if (call === 'view_user' || call === 'probe') return 'views';
  if (call === 'create_message') return 'messages';
  if (call === 'custom_events') return 'events';
  return limit === undefined || /app/i.test(limit) ? 'app' : 'user';
}

function unavailable({ status, retryMs }: Reply, codes: readonly string[], doubtful: boolean): OneSignalReply {
  return { kind: 'unavailable', status, codes, retryAfterMs: retryMs, doubtful };
}
