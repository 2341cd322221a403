/** Aliases of a user: view, upsert, remove. https://documentation.onesignal.com/reference/create-alias */
import { identityOf } from './answer-bodies.ts';
import type { User } from './app-data.ts';
import { type App, type Call, type Endpoint, parse, pathUserNames, type Result, spacingNames } from './call-context.ts';
import { badRequest, claimedAliases, codedError, unknownSubscription, unknownUser } from './error-answers.ts';
import { updateIdentityBody } from './request-bodies.ts';
import { findReplicated, tooManyAliases } from './user-endpoints.ts';

function viewIdentity(app: App, call: Call): Result {
  const user = findReplicated(app, call);
  return user ? { status: 200, body: { identity: identityOf(user) } } : unknownUser();
}

/** An alias of another user doesn't move: 409, and nothing of the request is applied. */
function upsertAliases(app: App, user: User, identity: Record<string, string>): Result {
  const claimed = Object.entries(identity).filter(([label, id]) => {
    const owner = app.data.find(label, id);
    return owner !== undefined && owner !== user;
  });
  if (claimed.length > 0) return claimedAliases(Object.fromEntries(claimed));
  const labels = new Set([...user.aliases.keys(), ...Object.keys(identity)]);
  // https://documentation.onesignal.com/docs/en/aliases : the external_id comes before custom aliases.
  if (!labels.delete('external_id')) return badRequest('external_id must be set before custom aliases');
  if (labels.size > app.options.maxAliases) return tooManyAliases(app);
  for (const [label, id] of Object.entries(identity)) app.data.setAlias(user, label, id);
  return { status: 200, body: { identity: identityOf(user) }, user };
}

function updateIdentity(app: App, call: Call): Result {
  const parsed = parse(updateIdentityBody, call.body);
  if (!parsed.ok) return parsed.answer;
  const user = findReplicated(app, call);
  return user ? upsertAliases(app, user, parsed.value.identity) : unknownUser();
}

/** OneSignal's Android SDK takes 409 as "the alias isn't on that user". */
function deleteAlias(app: App, call: Call): Result {
  const { removed = '' } = call.params;
  if (removed === 'onesignal_id') return badRequest('onesignal_id cannot be removed');
  const user = app.data.find(call.params.label ?? '', call.params.id ?? '');
  if (!user) return unknownUser();
  if (!app.data.removeAlias(user, removed)) return codedError(409, 'Conflict', 'Alias is not on this user');
  return { status: 200, body: { identity: identityOf(user) }, user };
}

const subscriptionUser = (app: App, call: Call): User | undefined =>
  app.data.findSubscription(call.params.subscription ?? '')?.owner;

function viewIdentityBySubscription(app: App, call: Call): Result {
  const user = subscriptionUser(app, call);
  return user ? { status: 200, body: { identity: identityOf(user) } } : unknownSubscription();
}

function updateIdentityBySubscription(app: App, call: Call): Result {
  const parsed = parse(updateIdentityBody, call.body);
  if (!parsed.ok) return parsed.answer;
  const user = subscriptionUser(app, call);
  return user ? upsertAliases(app, user, parsed.value.identity) : unknownSubscription();
}

const subscriptionUserNames = (app: App, call: Call): string[] => {
  const user = subscriptionUser(app, call);
  return user ? spacingNames(user, '', '') : [];
};

/** Who is written to, where that counts. */
const aliasSpacing =
  (names: (app: App, call: Call) => string[]) =>
  (app: App, call: Call): string[] =>
    app.options.aliasesShareUserLimit ? names(app, call) : [];

const identity = ['users', 'by', ':label', ':id', 'identity'];
const bySubscription = ['subscriptions', ':subscription', 'user', 'identity'];

/** That alias writes share the limit of one write a second with other writes to the user is not stated. */
export const identityEndpoints: Endpoint[] = [
  { kind: 'view_identity', method: 'GET', path: identity, limit: 'app', handle: viewIdentity },
  {
    kind: 'update_identity',
    method: 'PATCH',
    path: identity,
    limit: 'app',
    spacing: aliasSpacing(pathUserNames),
    handle: updateIdentity,
  },
  {
    kind: 'delete_alias',
    method: 'DELETE',
    path: [...identity, ':removed'],
    limit: 'app',
    spacing: aliasSpacing(pathUserNames),
    handle: deleteAlias,
  },
  { kind: 'view_identity', method: 'GET', path: bySubscription, limit: 'app', handle: viewIdentityBySubscription },
  {
    kind: 'update_identity',
    method: 'PATCH',
    path: bySubscription,
    limit: 'app',
    spacing: aliasSpacing(subscriptionUserNames),
    handle: updateIdentityBySubscription,
  },
];
