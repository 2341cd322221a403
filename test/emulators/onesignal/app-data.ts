/**
 * Users and subscriptions of one OneSignal app, with the rules that don't depend on a request: one value per label,
 * an alias belongs to one user, a token belongs to one subscription in the app.
 */
import { randomUUID } from 'node:crypto';
import type { Clock, SeedUser, UserView } from './emulator-types.ts';

export interface Subscription {
  id: string;
  type: string;
  token: string;
  enabled: boolean;
  notificationTypes: number;
  details: Record<string, unknown>;
  owner: User;
}

export interface User {
  id: string;
  aliases: Map<string, string>;
  tags: Map<string, string>;
  properties: Record<string, unknown>;
  subscriptions: Subscription[];
  createdAt: number;
  deletedAt: number;
}

/** https://documentation.onesignal.com/docs/en/subscriptions : the 21st evicts the oldest, but 3 Email and 3 SMS stay. */
const MAX_SUBSCRIPTIONS = 20;
const KEPT_PER_TYPE = 3;

const tokenKey = (type: string, token: string) => `${type}=${type === 'Email' ? token.toLowerCase() : token}`;

export class AppData {
  readonly clock: Clock;
  readonly subscriptions = new Map<string, Subscription>();
  readonly #aliasKey: (label: string, value: string) => string;
  readonly #users = new Map<string, User>();
  readonly #byAlias = new Map<string, User>();
  readonly #byToken = new Map<string, Subscription>();

  constructor(clock: Clock, aliasesHaveCase = true) {
    this.clock = clock;
    this.#aliasKey = (label, value) => `${label}=${aliasesHaveCase ? value : value.toLowerCase()}`;
  }

  all(): User[] {
    return [...this.#users.values()].filter((user) => this.#isThere(user) !== undefined);
  }

  find(label: string, value: string): User | undefined {
    return this.#isThere(
      label === 'onesignal_id' ? this.#users.get(value) : this.#byAlias.get(this.#aliasKey(label, value)),
    );
  }

  addUser(): User {
    const user: User = {
      id: randomUUID(),
      aliases: new Map(),
      tags: new Map(),
      properties: {},
      subscriptions: [],
      createdAt: this.clock(),
      deletedAt: Number.POSITIVE_INFINITY,
    };
    this.#users.set(user.id, user);
    return user;
  }

  /** Sets a label; the user's old value of it is free again. The caller has checked that no other user holds it. */
  setAlias(user: User, label: string, value: string): void {
    this.removeAlias(user, label);
    user.aliases.set(label, value);
    this.#byAlias.set(this.#aliasKey(label, value), user);
  }

  removeAlias(user: User, label: string): boolean {
    const value = user.aliases.get(label);
    if (value === undefined) return false;
    this.#byAlias.delete(this.#aliasKey(label, value));
    return user.aliases.delete(label);
  }

  /** From `at` on the user, its aliases and its subscriptions are gone. */
  deleteUser(user: User, at: number): void {
    user.deletedAt = Math.min(user.deletedAt, at);
    this.#isThere(user);
  }

  findSubscription(id: string): Subscription | undefined {
    const found = this.subscriptions.get(id);
    return found && this.#isThere(found.owner) ? found : undefined;
  }

  findByToken(type: string, token: string): Subscription | undefined {
    const found = this.#byToken.get(tokenKey(type, token));
    return found && this.#isThere(found.owner) ? found : undefined;
  }

  addSubscription(owner: User, type: string, token: string): Subscription {
    const subscription: Subscription = {
      id: randomUUID(),
      type,
      token,
      enabled: true,
      notificationTypes: 1,
      details: {},
      owner,
    };
    this.subscriptions.set(subscription.id, subscription);
    this.#byToken.set(tokenKey(type, token), subscription);
    this.#attach(subscription, owner);
    return subscription;
  }

  moveSubscription(subscription: Subscription, owner: User): void {
    if (subscription.owner === owner) return;
    this.#detach(subscription);
    this.#attach(subscription, owner);
  }

  /** @returns false if another subscription holds the token */
  changeToken(subscription: Subscription, token: string): boolean {
    const holder = this.findByToken(subscription.type, token);
    if (holder !== undefined && holder !== subscription) return false;
    this.#byToken.delete(tokenKey(subscription.type, subscription.token));
    subscription.token = token;
    this.#byToken.set(tokenKey(subscription.type, token), subscription);
    return true;
  }

  deleteSubscription(subscription: Subscription): void {
    this.#detach(subscription);
    this.subscriptions.delete(subscription.id);
    this.#byToken.delete(tokenKey(subscription.type, subscription.token));
  }

  seed(seed: SeedUser): User {
    const aliases = { ...seed.aliases, ...(seed.externalId === undefined ? {} : { external_id: seed.externalId }) };
    for (const [label, value] of Object.entries(aliases)) {
      if (this.find(label, value)) throw new Error(`${label} ${value} belongs to a user already`);
    }
    const user = this.addUser();
    user.createdAt = Number.NEGATIVE_INFINITY;
    for (const [label, value] of Object.entries(aliases)) this.setAlias(user, label, value);
    for (const [key, value] of Object.entries(seed.tags ?? {})) user.tags.set(key, value);
    Object.assign(user.properties, seed.properties);
    for (const given of seed.subscriptions ?? []) {
      const subscription = this.addSubscription(user, given.type, given.token);
      subscription.enabled = given.enabled ?? true;
      subscription.notificationTypes = given.notificationTypes ?? (subscription.enabled ? 1 : -2);
    }
    return user;
  }

  #attach(subscription: Subscription, owner: User): void {
    subscription.owner = owner;
    owner.subscriptions.push(subscription);
    if (owner.subscriptions.length > MAX_SUBSCRIPTIONS) this.#evictOldest(owner);
  }

  #evictOldest(owner: User): void {
    const countOf = (type: string) => owner.subscriptions.filter((one) => one.type === type).length;
    const evicted = owner.subscriptions.find(
      (one) => !['Email', 'SMS'].includes(one.type) || countOf(one.type) > KEPT_PER_TYPE,
    );
    if (evicted) this.moveSubscription(evicted, this.addUser());
  }

  #detach(subscription: Subscription): void {
    const { owner } = subscription;
    owner.subscriptions = owner.subscriptions.filter((one) => one !== subscription);
  }

  #isThere(user: User | undefined): User | undefined {
    if (user === undefined || this.clock() < user.deletedAt) return user;
    if (this.#users.delete(user.id)) {
      // The user itself keeps its aliases: the history still tells whose delete it was.
      for (const [label, value] of user.aliases) this.#byAlias.delete(this.#aliasKey(label, value));
      for (const subscription of [...user.subscriptions]) this.deleteSubscription(subscription);
    }
    return undefined;
  }
}

/** A copy that a test may keep while the user changes. */
export function viewOf(user: User): UserView {
  return {
    onesignalId: user.id,
    externalId: user.aliases.get('external_id'),
    aliases: Object.fromEntries(user.aliases),
    tags: Object.fromEntries(user.tags),
    properties: structuredClone(user.properties),
    subscriptions: user.subscriptions.map(({ id, type, token, enabled, notificationTypes }) => ({
      id,
      type,
      token,
      enabled,
      notificationTypes,
    })),
    createdAt: user.createdAt,
  };
}
