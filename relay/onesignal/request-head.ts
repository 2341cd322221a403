import type { OneSignalAlias } from './onesignal-outcome.ts';

/**
 * OneSignal asks integrations to name themselves, with this ending and spacing.
 * https://documentation.onesignal.com/docs/en/building-an-integration-with-onesignal-partner-guide
 */
const USAGE = 'OneSignal for Salesforce | Partner Integration';

/** The headers of every request, as undici's flat list, built once. */
export function requestHeaders(apiKey: string, version: string): string[] {
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new TypeError('The OneSignal API key must be plain text without spaces or line breaks.');
  }
  return [
    'authorization',
    `Key ${apiKey}`,
    'content-type',
    'application/json',
    'accept',
    'application/json',
    'onesignal-usage',
    USAGE,
    'user-agent',
    `onesignal-salesforce-relay/${version}`,
  ];
}

/** What OneSignal bars from labels and ids: it would change the path, or be refused. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const BARRED = /[/?#&=\s\u0000-\u001f\u007f]|\.\.|^\.?$/;

/** True if the text can stand in a path as a label or an id. */
export function isPathSafe(text: string): boolean {
  return !BARRED.test(text) && text.isWellFormed();
}

/** The path of a user below the app's; undefined if the alias can't stand in a path. */
export function userPath(alias: OneSignalAlias): string | undefined {
  if (!isPathSafe(alias.label) || !isPathSafe(alias.id)) return undefined;
  return `/users/by/${encodeURIComponent(alias.label)}/${encodeURIComponent(alias.id)}`;
}
