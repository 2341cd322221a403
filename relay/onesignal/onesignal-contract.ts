import type { Dispatcher } from 'undici';
import type { HeldPlace } from './held-place.ts';
import type {
  Address,
  CustomEvent,
  Message,
  OneSignalAlias,
  OneSignalCall,
  OneSignalOutcome,
  OneSignalSubscription,
} from './onesignal-outcome.ts';

/** `live`: a stage has just moved. `bulk`: a backfill or another large job, served when no live call waits. */
export type Lane = 'live' | 'bulk';

export type CallOptions = {
  /** Default `live`. */
  readonly lane?: Lane;
  /** Gives up a call that still waits for its turn (`not_sent`, `aborted`). A request under way is not cut off. */
  readonly signal?: AbortSignal;
  /** Asks only if it need not wait for its pace: else `not_sent` with the fault `aborted`. Default false. */
  readonly onlyIfFree?: boolean;
  /** Where the place of the last request is kept until its result is stored; without it, it is free with the answer. */
  readonly place?: HeldPlace;
};

export type OneSignalClientOptions = {
  /** The base URL, `https://api.onesignal.com`; http is for a server on the same machine. */
  readonly apiUrl: string;
  readonly appId: string;
  readonly apiKey: string;
  /** Requests that may start in any second, over all calls. */
  readonly requestsPerSecond: number;
  /** From the start of a request to the last byte of its answer. Default 60,000 ms. */
  readonly timeoutMs?: number;
  /** Requests under way at once, and those whose result is not stored. Default 256. */
  readonly maxConcurrent?: number;
  /** Wall clock, epoch ms. */
  readonly now?: () => number;
  /** A clock that never jumps, ms. */
  readonly monotonic?: () => number;
  /** Told of each request that was tried, for the metrics. */
  readonly onRequest?: (call: OneSignalCall, status: number | 'network_error') => void;
  /** Told when OneSignal makes the whole app wait, and for how long, ms. */
  readonly onAppPause?: (ms: number) => void;
  /** Carries the requests; a pool of connections to `apiUrl` without it. */
  readonly dispatcher?: Pick<Dispatcher, 'dispatch' | 'destroy'>;
  /** The relay's version, for the user agent. */
  readonly version?: string;
};

/** An address by its id; type and token say whose turn it is: OneSignal counts changes of one address together. */
export type SubscriptionName = Pick<OneSignalSubscription, 'id' | 'type' | 'token'>;

/**
 * The relay's side of OneSignal's REST API. Every call waits for its turn under the rate limits and resolves to what
 * became of it; none rejects for an answer or a network fault. `userKey` names the OneSignal user for the limit of
 * one write a second: the same user must always get the same key.
 */
export type OneSignalClient = {
  /** Creates a user with these aliases and tags; `existing` if there is a user with one of the aliases already. */
  createUser(
    user: { readonly identity: Readonly<Record<string, string>>; readonly tags: Readonly<Record<string, string>> },
    userKey: string,
    options?: CallOptions,
  ): Promise<OneSignalOutcome>;
  /** Merges tags into a user; the value `''` removes a tag. */
  updateTags(
    alias: OneSignalAlias,
    tags: Readonly<Record<string, string>>,
    userKey: string,
    options?: CallOptions,
  ): Promise<OneSignalOutcome>;
  /** Adds aliases to a user, or overwrites those with the same label. */
  updateIdentity(
    alias: OneSignalAlias,
    identity: Readonly<Record<string, string>>,
    userKey: string,
    options?: CallOptions,
  ): Promise<OneSignalOutcome>;
  /** Takes the alias with this label from a user; `not_found` if it isn't there. */
  deleteAlias(alias: OneSignalAlias, label: string, userKey: string, options?: CallOptions): Promise<OneSignalOutcome>;
  /** Deletes a user with everything it holds, for good. */
  deleteUser(alias: OneSignalAlias, userKey: string, options?: CallOptions): Promise<OneSignalOutcome>;
  /**
   * Gives a user an address that the app does not have yet, switched on. One that it has would come to this user from
   * whoever holds it (`existing`): ask `updateSubscription` first.
   * https://documentation.onesignal.com/reference/create-subscription
   */
  createSubscription(
    alias: OneSignalAlias,
    address: Address,
    userKey: string,
    options?: CallOptions,
  ): Promise<OneSignalOutcome>;
  /**
   * Switches an address on or off, whoever holds it; without `isOn` it is only asked for and stays as it is.
   * `not_found` if the app does not have it. https://documentation.onesignal.com/reference/update-subscription-by-token
   */
  updateSubscription(
    address: Address,
    isOn: boolean | undefined,
    userKey: string,
    options?: CallOptions,
  ): Promise<OneSignalOutcome>;
  /** Moves an address to the user with this external id. https://documentation.onesignal.com/reference/transfer-subscription */
  transferSubscription(
    subscription: SubscriptionName,
    externalId: string,
    options?: CallOptions,
  ): Promise<OneSignalOutcome>;
  deleteSubscription(subscription: SubscriptionName, userKey: string, options?: CallOptions): Promise<OneSignalOutcome>;
  /**
   * Tells OneSignal what happened to users, who must exist: `events_taken`, even if some or all were refused. At most
   * one event a user and a million bytes. https://documentation.onesignal.com/reference/create-custom-events
   */
  createEvents(events: readonly CustomEvent[], options?: CallOptions): Promise<OneSignalOutcome>;
  /**
   * Sends a message of a template to one user: `message_sent`, or `message_not_sent` where nobody can get it.
   * https://documentation.onesignal.com/reference/create-message
   */
  sendMessage(message: Message, options?: CallOptions): Promise<OneSignalOutcome>;
  /** `viewed`, or `not_found`. OneSignal allows one view a second for the whole app. */
  viewUser(alias: OneSignalAlias, options?: CallOptions): Promise<OneSignalOutcome>;
  /** Asks a harmless question that needs the key: `accepted` if the key and the app work. */
  probe(options?: CallOptions): Promise<OneSignalOutcome>;
  /** After a start: nothing is written or viewed for `ms`, since the last process may have just done it. */
  holdBack(ms: number): void;
  /** Another process wrote to this user: it rests for `ms` more. */
  restUser(userKey: string, ms: number): void;
  /** How long this user still rests after its last write, ms. */
  restMs(userKey: string): number;
  /**
   * Keeps to an equal share of the app's limits, one of `members`. Sends nothing from `until` on (on
   * `performance.now()`) unless another call comes before: `not_sent` with the fault `part_lost`, or a wait.
   */
  share(members: number, until: number): void;
  /** Starts no request for `ms`: OneSignal told another process so. */
  pause(ms: number): void;
  /** How many more calls of this lane may wait for a turn before they wait for long; 0 or less when the line is full. */
  roomInLine(lane: Lane): number;
  /** `listener` is told whenever a call that waited has its turn. @returns what ends that */
  onTurn(listener: () => void): () => void;
  /**
   * Ends the waiting calls as `not_sent` with the fault `closed`, lets requests under way finish for up to `graceMs`
   * (default 5,000), then cuts them off as `lost`.
   */
  close(graceMs?: number): Promise<void>;
};
