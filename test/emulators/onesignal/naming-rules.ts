/** Which alias labels, alias values, external ids and tag keys OneSignal takes. Each returns the problem, or nothing. */

/** OneSignal's own plugin: label and value up to 128 characters, no `/ ? # & =`, blank, control character or `..`. */
const MAX_LENGTH = 128;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[/?#&=\s\u0000-\u001f\u007f-\u009f]|\.\./u;

const RESERVED_LABELS = new Set(['external_id', 'onesignal_id']);

/** https://documentation.onesignal.com/docs/users warns of some, OneSignal's published skill says the API refuses some. */
const PLACEHOLDERS = new Set([
  'na',
  'null',
  'undefined',
  '0',
  '1',
  '-1',
  'all',
  '00000000-0000-0000-0000-000000000000',
]);

/** https://documentation.onesignal.com/docs/en/add-user-data-tags */
const RESERVED_TAGS = new Set([
  'message',
  'notification',
  'subscription',
  'user',
  'template',
  'app',
  'org',
  'dynamic_content',
  'data_feed',
  'journey',
  'custom_data',
]);

function textProblem(what: string, text: string): string | undefined {
  if (text === '') return `${what} is empty`;
  if (text.length > MAX_LENGTH) return `${what} is longer than ${MAX_LENGTH} characters`;
  return FORBIDDEN.test(text) ? `${what} holds a character that is not allowed` : undefined;
}

/** For a custom alias; `external_id` has its own rule. */
export function aliasProblem(label: string, id: string): string | undefined {
  if (RESERVED_LABELS.has(label)) return `alias label ${label} is reserved`;
  return textProblem('alias label', label) ?? textProblem('alias id', id);
}

export function externalIdProblem(id: string): string | undefined {
  if (PLACEHOLDERS.has(id.toLowerCase())) return 'external_id is a placeholder';
  return textProblem('external_id', id);
}

export function tagKeyProblem(key: string): string | undefined {
  if (key === '') return 'tag key is empty';
  return RESERVED_TAGS.has(key) ? `tag key ${key} is reserved` : undefined;
}
