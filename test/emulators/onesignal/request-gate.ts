/** What is refused before an endpoint sees the request: the key, the app, the path's alias, a body that isn't JSON. */
import type { IncomingHttpHeaders } from 'node:http';
import { type App, isUuid } from './call-context.ts';
import { type Answer, badRequest, codedError, invalidUuid, missingAuthorization, textError } from './error-answers.ts';
import { aliasProblem, externalIdProblem } from './naming-rules.ts';
import type { Routed } from './router.ts';

/**
 * `Authorization: Key <key>`; the keys page prints the scheme in lower case too.
 * https://documentation.onesignal.com/docs/en/keys-and-ids
 * No header, or another scheme, is 401; a key that isn't this app's is 403. View user by onesignal_id needs no key.
 */
export function refuseKey(app: App, routed: Routed, headers: IncomingHttpHeaders): Answer | undefined {
  const { endpoint, params } = routed;
  const appId = params.app;
  if (appId !== undefined && appId !== app.options.appId && !isUuid(appId)) return invalidUuid('app_id', appId);
  const isOpen = endpoint.kind === 'view_user' && params.label === 'onesignal_id';
  const given = /^key +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (given === undefined && !isOpen) {
    // https://documentation.onesignal.com/reference/create-custom-events : an empty text/plain.
    return endpoint.kind === 'custom_events' ? { status: 401, body: '' } : missingAuthorization();
  }
  if (given !== undefined && given !== app.options.apiKey) return textError(403, 'Forbidden');
  if (appId !== undefined && appId !== app.options.appId) return textError(403, 'Forbidden');
  return undefined;
}

/** The alias in the path obeys the same rules as one in a body. */
export function refusePath({ params }: Routed): Answer | undefined {
  const { label, id = '', subscription } = params;
  if (subscription !== undefined && !isUuid(subscription)) return invalidUuid('subscription_id', subscription);
  if (label === undefined) return undefined;
  if (label === 'onesignal_id') return isUuid(id) ? undefined : invalidUuid('onesignal_id', id);
  const problem = label === 'external_id' ? externalIdProblem(id) : aliasProblem(label, id);
  return problem === undefined ? undefined : badRequest(problem);
}

/** 1 MB is published for custom events only; nothing that a relay sends comes near it. */
const MAX_BODY_BYTES = 1_000_000;

const NEEDS_BODY = new Set(['POST', 'PATCH']);

export type ReadBody = { ok: true; body: unknown } | { ok: false; answer: Answer };

export function readBody(method: string, headers: IncomingHttpHeaders, raw: Buffer): ReadBody {
  if (!NEEDS_BODY.has(method)) {
    return raw.length === 0
      ? { ok: true, body: undefined }
      : { ok: false, answer: textError(400, `${method} takes no body`) };
  }
  if (raw.length > MAX_BODY_BYTES) return { ok: false, answer: codedError(400, 'invalid-request', 'body too large') };
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    return { ok: false, answer: textError(400, 'Content-Type must be application/json') };
  }
  try {
    return { ok: true, body: JSON.parse(raw.toString('utf8')) };
  } catch {
    return { ok: false, answer: textError(400, 'body is not JSON') };
  }
}
