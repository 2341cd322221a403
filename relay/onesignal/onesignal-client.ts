import { Pool } from 'undici';
import { USER_GAP_MS } from '../config/onesignal-limits.ts';
import { AppRate } from './app-rate.ts';
import { classifyReply } from './classify-reply.ts';
import { ExchangesUnderWay } from './exchanges-under-way.ts';
import { HttpExchange } from './http-exchange.ts';
import type { CallOptions, OneSignalClient, OneSignalClientOptions } from './onesignal-contract.ts';
import type { NetworkFault, OneSignalCall, OneSignalOutcome } from './onesignal-outcome.ts';
import { isPathSafe, requestHeaders, userPath } from './request-head.ts';
import type { NoTurn } from './turn-waiter.ts';
import { UserPace } from './user-pace.ts';
import { systemClock, type WaitingClock } from './waiting-clock.ts';

export type { OneSignalClient, OneSignalClientOptions } from './onesignal-contract.ts';
export type * from './onesignal-outcome.ts';

/** OneSignal advises a client to wait a minute. https://documentation.onesignal.com/reference/rest-api-overview */
const TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A thousand a second on a way of a quarter of a second, both directions and OneSignal's work on it taken together. */
export const MAX_CONCURRENT = 256;
const CLOSE_GRACE_MS = 5_000;

/** A user that isn't there: asking for it needs the key and touches nobody. */
const PROBE_ALIAS = { label: 'external_id', id: 'onesignal-salesforce-relay-probe' };
/** Views have one pace for the whole app. */
const VIEWS = 'views';
/** So have custom events: OneSignal publishes no limit of theirs, and a batch holds many. */
const EVENTS = 'events';

/** An alias that can't be put in a path, so that OneSignal was not asked. */
const BAD_ALIAS: OneSignalOutcome = { kind: 'invalid', status: 0, codes: ['alias_not_allowed'] };

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

type Request = {
  readonly call: OneSignalCall;
  readonly method: Method;
  /** Below the app's; undefined if an alias can't stand in it. */
  readonly path: string | undefined;
  /** True where the path is below the base URL itself, and the app named in the body. */
  readonly isAppInBody?: boolean;
  readonly body: string | null;
  /** Which pace the call keeps, and under which key. */
  readonly pace: UserPace;
  readonly paceKey: string;
  /** An address has the same pace as a user, and a call may be about both. */
  readonly addressKey?: string;
};

/**
 * Connects the relay to one OneSignal app. Opens no connection before the first call.
 *
 * @throws TypeError or RangeError if an option is unusable; the text never holds the key
 */
export function createOneSignalClient(options: OneSignalClientOptions): OneSignalClient {
  const transport = new Transport(options);
  const { users, views, messages, events: eventPace } = transport;

  const write = (call: OneSignalCall, method: Method, path: string | undefined, body: unknown, userKey: string) => ({
    call,
    method,
    path,
    body: body === undefined ? null : JSON.stringify(body),
    pace: users,
    paceKey: userKey,
  });
  const ofAddress = (call: OneSignalCall, method: Method, path: string | undefined, body: unknown, keys: string[]) => {
    const [paceKey = '', addressKey = ''] = keys;
    return { ...write(call, method, path, body, paceKey), addressKey };
  };
  const view = (call: OneSignalCall, path: string | undefined) =>
    ({ call, method: 'GET', path, body: null, pace: views, paceKey: VIEWS }) as const;
  const below = (path: string | undefined, rest: string) => (path === undefined ? undefined : path + rest);

  return {
    createUser: ({ identity, tags }, userKey, callOptions) =>
      transport.send(write('create_user', 'POST', '/users', { identity, properties: { tags } }, userKey), callOptions),
    updateTags: (alias, tags, userKey, callOptions) =>
      transport.send(write('update_tags', 'PATCH', userPath(alias), { properties: { tags } }, userKey), callOptions),
    updateIdentity: (alias, identity, userKey, callOptions) =>
      transport.send(
        write('update_identity', 'PATCH', below(userPath(alias), '/identity'), { identity }, userKey),
        callOptions,
      ),
    deleteAlias: (alias, label, userKey, callOptions) => {
      const path = isPathSafe(label) ? below(userPath(alias), `/identity/${encodeURIComponent(label)}`) : undefined;
      return transport.send(write('delete_alias', 'DELETE', path, undefined, userKey), callOptions);
    },
    deleteUser: (alias, userKey, callOptions) =>
      transport.send(write('delete_user', 'DELETE', userPath(alias), undefined, userKey), callOptions),
    createSubscription: (alias, { type, token }, userKey, callOptions) => {
      const body = { subscription: { type, token, enabled: true, notification_types: 1 } };
      const path = below(userPath(alias), '/subscriptions');
      return transport.send(
        ofAddress('create_subscription', 'POST', path, body, [userKey, `${type} ${token}`]),
        callOptions,
      );
    },
    updateSubscription: ({ type, token }, isOn, userKey, callOptions) => {
      const on = { enabled: true, notification_types: 1 };
      const subscription = isOn === undefined ? {} : isOn ? on : { enabled: false };
      const path = `/subscriptions_by_token/${type}/${encodeURIComponent(token)}`;
      return transport.send(
        ofAddress('update_subscription', 'PATCH', path, { subscription }, [userKey, `${type} ${token}`]),
        callOptions,
      );
    },
    transferSubscription: ({ id, type, token }, externalId, callOptions) => {
      const body = { identity: { external_id: externalId } };
      const path = `/subscriptions/${encodeURIComponent(id)}/owner`;
      return transport.send(
        ofAddress('transfer_subscription', 'PATCH', path, body, [externalId, `${type} ${token}`]),
        callOptions,
      );
    },
    deleteSubscription: ({ id, type, token }, userKey, callOptions) => {
      const path = `/subscriptions/${encodeURIComponent(id)}`;
      return transport.send(
        ofAddress('delete_subscription', 'DELETE', path, undefined, [userKey, `${type} ${token}`]),
        callOptions,
      );
    },
    createEvents: (events, callOptions) =>
      transport.send(
        {
          call: 'custom_events',
          method: 'POST',
          path: '/custom_events',
          body: JSON.stringify({ events }),
          pace: eventPace,
          paceKey: EVENTS,
        },
        callOptions,
      ),
    sendMessage: ({ externalId, templateId, channel, key, customData }, callOptions) =>
      transport.send(
        {
          call: 'create_message',
          method: 'POST',
          path: `/notifications?c=${channel}`,
          isAppInBody: true,
          body: JSON.stringify({
            app_id: options.appId,
            include_aliases: { external_id: [externalId] },
            target_channel: channel,
            template_id: templateId,
            custom_data: customData,
            idempotency_key: key,
          }),
          pace: messages,
          paceKey: externalId,
        },
        callOptions,
      ),
    viewUser: (alias, callOptions) => transport.send(view('view_user', userPath(alias)), callOptions),
    probe: (callOptions) => transport.send(view('probe', userPath(PROBE_ALIAS)), callOptions),
    holdBack: (ms) => transport.holdBack(ms),
    restUser: (userKey, ms) => users.rest(userKey, ms),
    restMs: (userKey) => users.restMs(userKey),
    share: (members, until) => transport.share(members, until),
    pause: (ms) => transport.pause(ms),
    roomInLine: (lane) => transport.rate.roomInLine(lane),
    onTurn: (listener) => transport.rate.onTurn(listener),
    close: (graceMs) => transport.close(graceMs),
  };
}

/** Takes a request through its user's turn, the app's turn and the wire, and says what became of it. */
class Transport {
  readonly users: UserPace;
  readonly views: UserPace;
  readonly events: UserPace;
  readonly messages: UserPace;
  readonly addresses: UserPace;
  readonly rate: AppRate;
  readonly #clock: WaitingClock;
  readonly #dispatcher: NonNullable<OneSignalClientOptions['dispatcher']>;
  readonly #rootPath: string;
  readonly #appPath: string;
  readonly #headers: string[];
  readonly #now: () => number;
  readonly #onRequest: NonNullable<OneSignalClientOptions['onRequest']>;
  readonly #onAppPause: NonNullable<OneSignalClientOptions['onAppPause']>;
  readonly #underWay: ExchangesUnderWay;
  #closing: Promise<void> | undefined;

  constructor(options: OneSignalClientOptions) {
    const { timeoutMs = TIMEOUT_MS, maxConcurrent = MAX_CONCURRENT, now = Date.now } = options;
    const url = parseBaseUrl(options.apiUrl);
    this.#clock = systemClock(options.monotonic);
    this.#now = now;
    this.#underWay = new ExchangesUnderWay(timeoutMs, this.#clock);
    this.#headers = requestHeaders(options.apiKey, options.version ?? '0');
    this.#rootPath = url.pathname.replace(/\/+$/, '');
    this.#appPath = `${this.#rootPath}/apps/${encodeURIComponent(options.appId)}`;
    this.#onRequest = options.onRequest ?? (() => {});
    this.#onAppPause = options.onAppPause ?? (() => {});
    this.rate = new AppRate({ requestsPerSecond: options.requestsPerSecond, maxConcurrent, clock: this.#clock });
    this.users = new UserPace({ clock: this.#clock });
    this.views = new UserPace({ clock: this.#clock });
    this.events = new UserPace({ clock: this.#clock });
    this.messages = new UserPace({ clock: this.#clock });
    this.addresses = new UserPace({ clock: this.#clock });
    this.#dispatcher = options.dispatcher ?? poolTo(url, timeoutMs, maxConcurrent);
  }

  async send(request: Request, options: CallOptions = {}): Promise<OneSignalOutcome> {
    if (request.path === undefined) return BAD_ALIAS;
    const { pace, paceKey } = request;
    if (options.onlyIfFree === true && !pace.isFree(paceKey)) return { kind: 'not_sent', fault: 'aborted' };
    const entering = this.#enter(request, options.signal);
    // Most users are free, and what need not be awaited should not: each request comes by here.
    const turn = typeof entering === 'string' ? entering : await entering;
    if (turn !== 'granted') return { kind: 'not_sent', fault: turn };
    options.place?.free();
    const ticket = await this.rate.enter(options.lane, options.signal);
    if (typeof ticket === 'string') {
      this.#leave(request, false);
      return { kind: 'not_sent', fault: ticket };
    }
    const exchange = new HttpExchange(ticket);
    const slot = this.#underWay.add(exchange);
    this.#dispatch(exchange, request, (request.isAppInBody ? this.#rootPath : this.#appPath) + request.path);
    const { started, fault, status, headers, text } = await exchange.result;
    this.#underWay.remove(slot);
    this.#report(request.call, fault, status);

    const outcome: OneSignalOutcome =
      fault === undefined
        ? classifyReply(request.call, status, headers, text, this.#now())
        : { kind: started ? 'lost' : 'not_sent', fault };
    const restMs = this.#heed(outcome);
    ticket.done(options.place);
    this.#leave(request, started, restMs);
    return outcome;
  }

  #enter({ pace, paceKey, addressKey }: Request, signal?: AbortSignal): ReturnType<UserPace['enter']> {
    return addressKey === undefined ? pace.enter(paceKey, signal) : this.#enterBoth(pace, paceKey, addressKey, signal);
  }

  /** First the user, then the address: in one order, so that no two calls wait for each other. */
  async #enterBoth(
    pace: UserPace,
    paceKey: string,
    addressKey: string,
    signal: AbortSignal | undefined,
  ): Promise<'granted' | NoTurn> {
    const turn = await pace.enter(paceKey, signal);
    if (turn !== 'granted') return turn;
    const second = await this.addresses.enter(addressKey, signal);
    if (second !== 'granted') pace.leave(paceKey, false);
    return second;
  }

  #leave({ pace, paceKey, addressKey }: Request, wrote: boolean, restMs = 0): void {
    if (addressKey !== undefined) this.addresses.leave(addressKey, wrote, restMs);
    pace.leave(paceKey, wrote, restMs);
  }

  holdBack(ms: number): void {
    for (const pace of [this.users, this.views, this.events, this.messages, this.addresses]) pace.blockAll(ms);
  }

  share(members: number, until: number): void {
    this.rate.share(members, until);
    this.views.gapMs = USER_GAP_MS * members;
  }

  pause(ms: number): void {
    this.rate.pause(this.#clock.now() + ms);
  }

  /** Ends the waits, then the requests under way. The second call joins the first. */
  close(graceMs = CLOSE_GRACE_MS): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    this.users.close();
    this.views.close();
    this.events.close();
    this.messages.close();
    this.addresses.close();
    this.rate.close();
    const cutOff = setTimeout(() => {
      for (const exchange of this.#underWay.all()) exchange.fail('closed');
    }, graceMs);
    await Promise.all(this.#underWay.all().map((exchange) => exchange.result));
    clearTimeout(cutOff);
    await this.#dispatcher.destroy();
  }

  #dispatch(exchange: HttpExchange, { method, body }: Request, path: string): void {
    try {
      this.#dispatcher.dispatch({ method, path, body, headers: this.#headers }, exchange);
    } catch {
      exchange.fail('bad_request');
    }
  }

  #report(call: OneSignalCall, fault: NetworkFault | undefined, status: number): void {
    try {
      this.#onRequest(call, fault === undefined ? status : 'network_error');
    } catch {
      // A metric must not cost a write its outcome.
    }
  }

  /** Acts on a 429 before anybody else gets a turn; returns how long the pace must rest, ms. */
  #heed(outcome: OneSignalOutcome): number {
    if (outcome.kind !== 'rate_limited') return 0;
    if (outcome.scope === 'app') {
      this.pause(outcome.retryAfterMs);
      this.#onAppPause(outcome.retryAfterMs);
    }
    return outcome.retryAfterMs;
  }
}

function poolTo(url: URL, timeoutMs: number, maxConcurrent: number): Pool {
  return new Pool(url.origin, {
    connections: maxConcurrent,
    pipelining: 1,
    // One request a connection at a time: the rate is counted per request, so multiplexing gains nothing.
    allowH2: false,
    connectTimeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
    // The exchange has its own deadline for the whole.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function parseBaseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new TypeError('The OneSignal API URL must be an https or http address.');
  }
  return url;
}
