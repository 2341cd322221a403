/** Create, view, update and delete a user. */

import { identityOf, putSubscription, subscriptionBody } from './answer-bodies.ts';
import type { User } from './app-data.ts';
import { type App, type Call, type Endpoint, parse, pathUserNames, type Result, spacingNames } from './call-context.ts';
import {
  type Answer,
  badRequest,
  conflictingAliases,
  tagLimit,
  unknownUser,
  unknownUserOnView,
} from './error-answers.ts';
import { createUserBody, type PropertiesInput, type SubscriptionInput, updateUserBody } from './request-bodies.ts';

type Aliases = Record<string, string>;

/** Right after a create, a lookup by alias can miss the user (comment in ConfigModel of OneSignal's Android SDK). */
export function isReplicated(app: App, user: User): boolean {
  return app.data.clock() - user.createdAt >= app.options.replicationDelayMs;
}

export function findReplicated(app: App, call: Call): User | undefined {
  const user = app.data.find(call.params.label ?? '', call.params.id ?? '');
  return user && isReplicated(app, user) ? user : undefined;
}

/** The user that a POST is about: found by external_id, else by any alias of a user that has no other external_id. */
function lookUp(app: App, identity: Aliases): { user?: User; claimed: Aliases } {
  const externalId = identity.external_id;
  let user = externalId === undefined ? undefined : app.data.find('external_id', externalId);
  const claimed: Aliases = {};
  for (const [label, id] of Object.entries(identity)) {
    const owner = app.data.find(label, id);
    if (owner === undefined || owner === user) continue;
    if (user === undefined && !owner.aliases.has('external_id')) user = owner;
    else claimed[label] = id;
  }
  return user ? { user, claimed } : { claimed };
}

/**
 * The whole update is refused when it adds a tag above the cap, even if it removes others in the same request: delete
 * first, in a separate one. https://documentation.onesignal.com/docs/en/add-user-data-tags
 */
function exceedsTagLimit(app: App, held: Map<string, string>, tags: Record<string, string>): boolean {
  const added = Object.entries(tags).filter(([key, value]) => value !== '' && !held.has(key)).length;
  return added > 0 && held.size + added > app.options.maxTags;
}

/** Merges: `""` removes a tag, an absent key is left alone. */
function applyProperties(user: User, properties: PropertiesInput): void {
  const { tags = {}, ...others } = properties;
  for (const [key, value] of Object.entries(tags)) {
    if (value === '') user.tags.delete(key);
    else user.tags.set(key, value);
  }
  Object.assign(user.properties, others);
}

function applySubscriptions(app: App, user: User, inputs: SubscriptionInput[]): Record<string, unknown>[] {
  // The answer isn't in the order of the request: OneSignal's Android SDK matches by id, token and type.
  return inputs.map((input) => subscriptionBody(app, putSubscription(app, user, input).subscription)).reverse();
}

function createUser(app: App, call: Call): Result {
  const parsed = parse(createUserBody, call.body);
  if (!parsed.ok) return parsed.answer;
  const { identity = {}, properties = {}, subscriptions = [] } = parsed.value;
  const found = lookUp(app, identity);
  if (Object.keys(found.claimed).length > 0) return conflictingAliases(found.claimed);
  if (found.user) return modifyExisting(app, found.user, identity, properties, subscriptions);
  if (exceedsTagLimit(app, new Map(), properties.tags ?? {})) return tagLimit();
  if (Object.keys(identity).length - 1 > app.options.maxAliases) return tooManyAliases(app);

  const user = app.data.addUser();
  for (const [label, id] of Object.entries(identity)) app.data.setAlias(user, label, id);
  applyProperties(user, properties);
  const made = applySubscriptions(app, user, subscriptions);
  app.created += 1;
  const body = {
    identity: identityOf(user),
    properties: { ...user.properties, tags: Object.fromEntries(user.tags) },
    ...(made.length > 0 ? { subscriptions: made } : {}),
  };
  return { status: app.created % 2 === 1 ? 200 : 201, body, user };
}

/** The answer echoes the tags of the request whether or not they were applied: a 202 proves nothing. */
function modifyExisting(
  app: App,
  user: User,
  identity: Aliases,
  properties: PropertiesInput,
  subscriptions: SubscriptionInput[],
): Result {
  const { tagsOnPostForExisting: takesTags, aliasesOnPostForExisting: takesAliases, maxAliases } = app.options;
  const labels = new Set([...user.aliases.keys(), ...Object.keys(identity)]);
  labels.delete('external_id');
  if (takesAliases && labels.size > maxAliases) return tooManyAliases(app);
  if (takesTags && exceedsTagLimit(app, user.tags, properties.tags ?? {})) return tagLimit();
  if (takesTags) applyProperties(user, properties);
  if (takesAliases) for (const [label, id] of Object.entries(identity)) app.data.setAlias(user, label, id);
  const made = applySubscriptions(app, user, subscriptions);
  return { status: 202, body: { identity: identityOf(user), subscriptions: made, properties }, user };
}

export function tooManyAliases(app: App): Answer {
  return badRequest(`A user may have ${app.options.maxAliases} aliases`);
}

function viewUser(app: App, call: Call): Result {
  const user = findReplicated(app, call);
  if (!user) return unknownUserOnView();
  const body = {
    properties: { ...user.properties, tags: Object.fromEntries(user.tags) },
    identity: identityOf(user),
    subscriptions: user.subscriptions.map((one) => subscriptionBody(app, one)),
  };
  return { status: 200, body };
}

function updateUser(app: App, call: Call): Result {
  const parsed = parse(updateUserBody, call.body);
  if (!parsed.ok) return parsed.answer;
  const { properties = {} } = parsed.value;
  const user = app.data.find(call.params.label ?? '', call.params.id ?? '');
  // Where a replica lags it is 404 for sure (comment in ConfigModel of OneSignal's Android SDK).
  if (user ? !isReplicated(app, user) : app.options.unknownUserPatch === 404) return unknownUser();
  if (!user) return { status: 202, body: { properties } };
  if (exceedsTagLimit(app, user.tags, properties.tags ?? {})) return tagLimit();
  applyProperties(user, properties);
  return { status: 202, body: { properties }, user };
}

/** https://documentation.onesignal.com/reference/delete-user : asynchronous. */
function deleteUser(app: App, call: Call): Result {
  const user = app.data.find(call.params.label ?? '', call.params.id ?? '');
  if (!user) return unknownUser();
  app.data.deleteUser(user, app.data.clock() + app.options.deletionDelayMs);
  return { status: 202, body: { identity: { onesignal_id: user.id } }, user };
}

/** Names of whom a POST writes to, read from a body that may be anything. */
function bodyUserNames(app: App, call: Call): string[] {
  const parsed = createUserBody.safeParse(call.body);
  if (!parsed.success) return [];
  const identity = parsed.data.identity ?? {};
  const { user } = lookUp(app, identity);
  if (user) return spacingNames(user, '', '');
  return Object.entries(identity).flatMap(([label, id]) => (app.data.find(label, id) ? [] : [`${label}=${id}`]));
}

const byAlias = ['users', 'by', ':label', ':id'];

export const userEndpoints: Endpoint[] = [
  { kind: 'create_user', method: 'POST', path: ['users'], limit: 'app', spacing: bodyUserNames, handle: createUser },
  { kind: 'view_user', method: 'GET', path: byAlias, limit: 'view', handle: viewUser },
  { kind: 'update_user', method: 'PATCH', path: byAlias, limit: 'app', spacing: pathUserNames, handle: updateUser },
  { kind: 'delete_user', method: 'DELETE', path: byAlias, limit: 'app', spacing: pathUserNames, handle: deleteUser },
];
