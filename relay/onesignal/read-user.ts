import { isJsonObject, type JsonObject, textFields } from './json-fields.ts';
import type { OneSignalSubscription, OneSignalUser } from './onesignal-outcome.ts';

/** The aliases in an answer, `onesignal_id` among them. */
export function readIdentity(json: JsonObject): Record<string, string> {
  return textFields(json.identity);
}

/** The user in the answer to a view; undefined if there is none in it. */
export function readUser(json: unknown): OneSignalUser | undefined {
  if (!isJsonObject(json) || !isJsonObject(json.identity)) return undefined;
  const properties = isJsonObject(json.properties) ? json.properties : {};
  const subscriptions = Array.isArray(json.subscriptions) ? json.subscriptions : [];
  return {
    identity: readIdentity(json),
    tags: textFields(properties.tags),
    subscriptions: subscriptions.filter(isJsonObject).map(readSubscription),
  };
}

function readSubscription(json: JsonObject): OneSignalSubscription {
  const { id, type, token } = textFields(json);
  return {
    id: id ?? '',
    type: type ?? '',
    token: token ?? '',
    enabled: json.enabled === true,
    notificationTypes: typeof json.notification_types === 'number' ? json.notification_types : undefined,
  };
}
