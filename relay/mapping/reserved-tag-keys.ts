/** Keys that OneSignal's templates use themselves: https://documentation.onesignal.com/docs/en/add-user-data-tags */
const RESERVED = new Set([
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
  // Names no field of an object in JavaScript, ours or an app's.
  '__proto__',
]);

/** True for a tag key that OneSignal keeps for itself. */
export function isReservedTagKey(key: string): boolean {
  return RESERVED.has(key);
}
