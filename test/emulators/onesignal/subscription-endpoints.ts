/** Subscriptions: an e-mail address or phone number belongs to one user of the app at a time. */
import { changeSubscription, identityOf, putSubscription, subscriptionBody } from './answer-bodies.ts';
import type { Subscription } from './app-data.ts';
import { type App, type Call, type Endpoint, parse, pathUserNames, type Result, spacingNames } from './call-context.ts';
import { codedError, textError, unknownSubscription, unknownUser } from './error-answers.ts';
import {
  createSubscriptionBody,
  tokenProblem,
  transferBody,
  updateByTokenBody,
  updateSubscriptionBody,
} from './request-bodies.ts';
import { findReplicated } from './user-endpoints.ts';

/** The user's and, if the app has it, the subscription's: the limit is of each. */
function createdNames(app: App, call: Call): string[] {
  const parsed = createSubscriptionBody.safeParse(call.body);
  const { type, token } = parsed.success ? parsed.data.subscription : { type: '', token: '' };
  const known = app.data.findByToken(type, token);
  return [...pathUserNames(app, call), ...(known ? [`subscription ${known.id}`] : [])];
}

function createSubscription(app: App, call: Call): Result {
  const parsed = parse(createSubscriptionBody, call.body, 'text');
  if (!parsed.ok) return parsed.answer;
  const user = findReplicated(app, call);
  if (!user) return unknownUser();
  const { subscription, isNew } = putSubscription(app, user, parsed.value.subscription);
  if (isNew) return { status: 200, body: {}, user };
  return { status: 202, body: { subscription: subscriptionBody(app, subscription) }, user };
}

const byId = (app: App, call: Call): Subscription | undefined =>
  app.data.findSubscription(call.params.subscription ?? '');
const byToken = (app: App, call: Call): Subscription | undefined =>
  app.data.findByToken(call.params.type ?? '', call.params.token ?? '');

/** The type of a subscription is fixed; its token may change unless another subscription has it. */
function updateSubscription(app: App, call: Call): Result {
  const parsed = parse(updateSubscriptionBody, call.body);
  if (!parsed.ok) return parsed.answer;
  const subscription = byId(app, call);
  if (!subscription) return unknownSubscription();
  const { type = subscription.type, token = subscription.token, ...changes } = parsed.value.subscription;
  if (type !== subscription.type) return codedError(400, 'invalid-request', 'type cannot be changed');
  const problem = tokenProblem(type, token);
  if (problem) return codedError(400, 'invalid-request', problem);
  if (!app.data.changeToken(subscription, token)) return codedError(400, 'invalid-request', 'token is taken');
  changeSubscription(subscription, changes);
  return { status: 200, body: {}, user: subscription.owner };
}

function updateByToken(app: App, call: Call): Result {
  const parsed = parse(updateByTokenBody, call.body);
  if (!parsed.ok) return parsed.answer;
  const subscription = byToken(app, call);
  if (Object.keys(parsed.value.subscription).length === 0 && app.options.emptyTokenPatch === 400)
    return codedError(400, 'invalid-request', 'subscription is empty');
  if (!subscription) return unknownSubscription();
  changeSubscription(subscription, parsed.value.subscription);
  return { status: 202, body: {}, user: subscription.owner };
}

function deleteSubscription(app: App, call: Call): Result {
  const subscription = byId(app, call);
  if (!subscription) return unknownSubscription();
  const { owner } = subscription;
  app.data.deleteSubscription(subscription);
  return { status: 202, body: {}, user: owner };
}

/** Tags stay with the old owner. https://documentation.onesignal.com/docs/en/users */
function transferSubscription(app: App, call: Call): Result {
  const parsed = parse(transferBody, call.body, 'text');
  if (!parsed.ok) return parsed.answer;
  const subscription = byId(app, call);
  if (!subscription) return unknownSubscription();
  const [[label, id] = ['', '']] = Object.entries(parsed.value.identity);
  const user = app.data.find(label, id);
  if (!user) return textError(404, 'User not found');
  app.data.moveSubscription(subscription, user);
  return { status: 200, body: { identity: identityOf(user) }, user };
}

const subscriptionNames =
  (find: (app: App, call: Call) => Subscription | undefined) =>
  (app: App, call: Call): string[] => {
    const subscription = find(app, call);
    return subscription ? [`subscription ${subscription.id}`] : [];
  };

const transferNames = (app: App, call: Call): string[] => {
  const parsed = transferBody.safeParse(call.body);
  const [[label, id] = ['', '']] = parsed.success ? Object.entries(parsed.data.identity) : [];
  const user = app.data.find(label, id);
  return [...subscriptionNames(byId)(app, call), ...spacingNames(user, label, id)];
};

const one = ['subscriptions', ':subscription'];

/** https://documentation.onesignal.com/reference/rate-limits : one write a second for a user or subscription. */
export const subscriptionEndpoints: Endpoint[] = [
  {
    kind: 'create_subscription',
    method: 'POST',
    path: ['users', 'by', ':label', ':id', 'subscriptions'],
    limit: 'app',
    spacing: createdNames,
    handle: createSubscription,
  },
  {
    kind: 'update_subscription',
    method: 'PATCH',
    path: one,
    limit: 'app',
    spacing: subscriptionNames(byId),
    handle: updateSubscription,
  },
  {
    kind: 'update_subscription',
    method: 'PATCH',
    path: ['subscriptions_by_token', ':type', ':token'],
    limit: 'app',
    spacing: subscriptionNames(byToken),
    handle: updateByToken,
  },
  {
    kind: 'delete_subscription',
    method: 'DELETE',
    path: one,
    limit: 'app',
    spacing: subscriptionNames(byId),
    handle: deleteSubscription,
  },
  {
    kind: 'transfer_subscription',
    method: 'PATCH',
    path: [...one, 'owner'],
    limit: 'app',
    spacing: transferNames,
    handle: transferSubscription,
  },
];
