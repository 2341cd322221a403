/**
 * Values that OneSignal refuses, or advises against, as external ids, because many records would become one user:
 * https://documentation.onesignal.com/docs/users
 */
const PLACEHOLDERS = new Set([
  'na',
  'null',
  'none',
  'undefined',
  '0',
  '-1',
  '1',
  'all',
  '00000000-0000-0000-0000-000000000000',
  // In a path this is the step before it.
  '.',
]);

/** Characters that OneSignal does not take in an alias: path separators, white space, control characters. */
const FORBIDDEN = /[/?#&=\s\p{Cc}]|\.\./u;

/** The longest alias value: 128 characters. */
const LONGEST = 128;

/** True when OneSignal can take the value as the id of one user. */
export function isUsableExternalId(value: string): boolean {
  return (
    value !== '' &&
    value.length <= LONGEST &&
    // Half a character can't be written into a path.
    value.isWellFormed() &&
    !FORBIDDEN.test(value) &&
    !PLACEHOLDERS.has(value.toLowerCase())
  );
}
