/** The parts that several answers share, and the one way in which a subscription comes to a user. */
import type { Subscription, User } from './app-data.ts';
import type { App } from './call-context.ts';
import type { SubscriptionInput } from './request-bodies.ts';

export function identityOf(user: User): Record<string, string> {
  return { ...Object.fromEntries(user.aliases), onesignal_id: user.id };
}

export function subscriptionBody(app: App, subscription: Subscription): Record<string, unknown> {
  const { id, type, token, enabled, notificationTypes, details } = subscription;
  return {
    id,
    app_id: app.options.appId,
    type,
    token,
    enabled,
    notification_types: notificationTypes,
    session_time: 0,
    session_count: 0,
    ...details,
  };
}

type Changes = Partial<SubscriptionInput>;

/**
 * What is left out stays. Without `notification_types`, `enabled` sets 1 or -31 ("disabled through the REST API"):
 * https://documentation.onesignal.com/docs/en/subscriptions
 */
export function changeSubscription(subscription: Subscription, changes: Changes): void {
  const { type: _type, token: _token, enabled, notification_types, ...details } = changes;
  if (notification_types !== undefined) {
    subscription.notificationTypes = notification_types;
    subscription.enabled = enabled ?? notification_types > 0;
  } else if (enabled !== undefined) {
    subscription.enabled = enabled;
    subscription.notificationTypes = enabled ? 1 : -31;
  }
  Object.assign(subscription.details, details);
}

/**
 * A token that the app knows moves to this user, whoever had it; otherwise a new subscription. Either is subscribed unless
 * told: `enabled` is true where it is left out.
 * https://documentation.onesignal.com/reference/create-subscription
 */
export function putSubscription(
  app: App,
  user: User,
  input: SubscriptionInput,
): { subscription: Subscription; isNew: boolean } {
  const known = app.data.findByToken(input.type, input.token);
  const subscription = known ?? app.data.addSubscription(user, input.type, input.token);
  app.data.moveSubscription(subscription, user);
  const isTold = input.enabled !== undefined || input.notification_types !== undefined;
  changeSubscription(subscription, isTold ? input : { ...input, enabled: true });
  return { subscription, isNew: known === undefined };
}
