import { isJsonObject, type JsonObject, textFields } from './json-fields.ts';

/** One error of an answer, without its text. */
export type EnvelopeError = { readonly code: string; readonly meta: unknown };

/** The readable parts of an answer's body. */
export type ReplyBody = {
  /** `foreign`: there is text, and it is not JSON, so that something other than OneSignal's API may have written it. */
  readonly form: 'empty' | 'json' | 'foreign';
  readonly json: unknown;
  readonly errors: readonly EnvelopeError[];
  /** Which limiter a 429 is about, e.g. `App ID`. */
  readonly limit: string | undefined;
};

/** Codes are catalogue entries such as `user-2`; what looks like data is not one. */
const CODE = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;
const LOOKS_LIKE_DATA = /\d{5}/;
/** The codes of more than one word that OneSignal publishes. Any other text with a space may be a name. */
const PHRASES: readonly unknown[] = ['Rate Limit Exceeded', 'Subscription Limit Exceeded'];

/**
 * Reads a body in any form that OneSignal answers with: a list of structured errors, a list of texts, one text, an
 * object by error name, an empty body, HTML. Texts are dropped: they may quote a tag value or an email.
 * https://documentation.onesignal.com/openapi.json (`StructuredErrorResponse`, `BasicErrorResponse`)
 */
export function readReplyBody(text: string): ReplyBody {
  const trimmed = text.trim();
  if (trimmed === '') return { form: 'empty', json: undefined, errors: [], limit: undefined };
  let json: unknown;
  try {
    json = JSON.parse(trimmed);
  } catch {
    return { form: 'foreign', json: undefined, errors: [], limit: undefined };
  }
  if (!isJsonObject(json)) return { form: 'foreign', json: undefined, errors: [], limit: undefined };
  return { form: 'json', json, errors: errorsOf(json), limit: typeof json.limit === 'string' ? json.limit : undefined };
}

function errorsOf(json: JsonObject): EnvelopeError[] {
  const errors = json.errors ?? json.error;
  if (Array.isArray(errors)) {
    return errors.flatMap((error) => {
      const code = isJsonObject(error) ? safeCode(error.code) : undefined;
      return code === undefined ? [] : [{ code, meta: (error as JsonObject).meta }];
    });
  }
  if (!isJsonObject(errors)) return [];
  const own = safeCode(errors.code);
  if (own !== undefined) return [{ code: own, meta: errors.meta }];
  return Object.keys(errors).flatMap((name) => (safeCode(name) === undefined ? [] : [{ code: name, meta: undefined }]));
}

function safeCode(code: unknown): string | undefined {
  if (typeof code !== 'string') return undefined;
  return PHRASES.includes(code) || (CODE.test(code) && !LOOKS_LIKE_DATA.test(code)) ? code : undefined;
}

/**
 * The aliases that another user holds, by label: under `conflicting_aliases` in the answer to a create, directly in
 * `meta` in the answer to an identity update.
 */
export function conflictingAliases(errors: readonly EnvelopeError[]): Record<string, string> {
  const aliases: Record<string, string> = Object.create(null);
  for (const { meta } of errors) {
    if (!isJsonObject(meta)) continue;
    Object.assign(aliases, textFields(isJsonObject(meta.conflicting_aliases) ? meta.conflicting_aliases : meta));
  }
  return aliases;
}
