import type { AccessToken } from './access-tokens.ts';
import {
  accepted,
  type BayeuxMessage,
  type BayeuxReply,
  deliveriesSpent,
  deniedHandshake,
  handshakeExt,
  refused,
  serverBusy,
  tooManyClients,
  unauthenticated,
  unknownClient,
} from './bayeux-replies.ts';
import { type CometdSession, CometdSessions, type ConnectEnd, HeldConnect } from './cometd-session.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import { EventDelivery } from './event-delivery.ts';

export interface CometdLimits {
  connectTimeoutMs: number;
  sessionTimeoutMs: number;
  mostEventsPerReply: number;
  mostClients: number;
}

/** What the HTTP layer knows about the request that carries the messages. */
export interface CometdRequest {
  version: number;
  token: AccessToken | undefined;
  tokenWasSent: boolean;
  cookie: string | undefined;
}

/** What to send: replies with their events, nothing at all (half-open), or HTTP 408 for a superseded long poll. */
export type CometdAnswer =
  | { kind: 'replies'; replies: unknown[]; setCookie?: string; hasConnect: boolean }
  | { kind: 'silence' }
  | { kind: 'superseded' };

/**
 * The Bayeux server of Salesforce, long polling only. Written out by hand because faye's own server answers with its
 * own error texts, advice and replay-less subscriptions, which is not what a client of Salesforce meets.
 */
export class CometdServer {
  readonly sessions: CometdSessions;
  readonly delivery: EventDelivery;
  readonly #emulated: EmulatedOrg;
  readonly #limits: CometdLimits;

  constructor(emulated: EmulatedOrg, limits: CometdLimits) {
    this.#emulated = emulated;
    this.#limits = limits;
    this.sessions = new CometdSessions(limits.sessionTimeoutMs);
    this.delivery = new EventDelivery(emulated, this.sessions, limits.mostEventsPerReply);
  }

  /** Answers the messages of one request in order; a held connect holds the others' replies too. */
  async answer(messages: BayeuxMessage[], request: CometdRequest): Promise<CometdAnswer> {
    const replies: unknown[] = [];
    let setCookie: string | undefined;
    for (const message of messages) {
      const outcome = await this.#answerOne(message, request);
      if (outcome === 'silence' || outcome === 'superseded') return { kind: outcome };
      replies.push(...outcome);
      const opened = this.sessions.find(message.channel === '/meta/handshake' ? outcome[0]?.clientId : undefined);
      if (opened) setCookie = opened.cookie;
    }
    const hasConnect = messages.some(({ channel }) => channel === '/meta/connect');
    return { kind: 'replies', replies, hasConnect, ...(setCookie === undefined ? {} : { setCookie }) };
  }

  async #answerOne(message: BayeuxMessage, request: CometdRequest): Promise<BayeuxReply[] | 'silence' | 'superseded'> {
    const { faults, stats } = this.#emulated;
    if (faults.hangAllCometd) return 'silence';
    if (message.channel === '/meta/handshake') stats.handshakes += 1;
    const { token } = request;
    const isAged = token !== undefined && this.#emulated.tokens.hasAged(token);
    // A connected client keeps its Salesforce session alive, so age matters to handshakes only.
    if (!token || (isAged && message.channel === '/meta/handshake')) {
      if (message.channel === '/meta/handshake') stats.refusedHandshakes += 1;
      return [unauthenticated(message, request.tokenWasSent)];
    }
    if (faults.takeBusy(message.channel)) return [serverBusy(message)];
    if (message.channel === '/meta/handshake') return [this.#handshake(message, request, token)];
    const session = this.sessions.find(message.clientId);
    if (!session || session.user.id !== token.user.id) return [unknownClient(message, faults.unknownClientAdvice)];
    if (session.isHung) return 'silence';
    if (request.cookie === undefined) {
      const text = `400::Client ${session.clientId} has established a session, but no BAYEUX_BROWSER cookie present`;
      return [refused(message, text)];
    }
    if (request.cookie !== session.cookie) return [unknownClient(message, faults.unknownClientAdvice)];
    return this.#answerSession(message, session);
  }

  async #answerSession(message: BayeuxMessage, session: CometdSession) {
    switch (message.channel) {
      case '/meta/connect':
        return this.#connect(message, session);
      case '/meta/subscribe':
        return [this.#subscribe(message, session)];
      case '/meta/unsubscribe':
        this.delivery.unsubscribe(session, message.subscription ?? '');
        return [accepted(message)];
      case '/meta/disconnect':
        session.held?.end('timeout');
        this.sessions.forget(session);
        return [accepted(message)];
      default:
        return [refused(message, '403:denied_by_security_policy:publish_denied')];
    }
  }

  #handshake(message: BayeuxMessage, request: CometdRequest, token: AccessToken): BayeuxReply {
    const { faults, stats } = this.#emulated;
    const denial = faults.takeHandshakeDenial();
    const isFull = this.sessions.size >= this.#limits.mostClients;
    if (denial || isFull) {
      stats.refusedHandshakes += 1;
      return denial
        ? deniedHandshake(message, denial.failureReason, denial.advice)
        : deniedHandshake(message, tooManyClients, { reconnect: 'none' });
    }
    if (!message.supportedConnectionTypes?.includes('long-polling')) {
      return refused(message, '400::Unsupported connection types', { advice: { reconnect: 'none' } });
    }
    const session = this.sessions.open(token.user, request.version, request.cookie);
    return accepted(message, {
      clientId: session.clientId,
      ext: handshakeExt,
      version: '1.0',
      minimumVersion: '1.0',
      supportedConnectionTypes: ['long-polling'],
    });
  }

  #subscribe(message: BayeuxMessage, session: CometdSession): BayeuxReply {
    const { stats } = this.#emulated;
    stats.subscribes += 1;
    stats.replayIdsAsked.push(message.ext?.replay?.[message.subscription ?? '']);
    const error = this.delivery.subscribe(session, message);
    if (error === undefined) return accepted(message);
    stats.refusedSubscribes.push(error);
    return refused(message, error, { clientId: session.clientId });
  }

  async #connect(message: BayeuxMessage, session: CometdSession): Promise<BayeuxReply[] | 'silence' | 'superseded'> {
    this.#emulated.stats.connects += 1;
    if (message.connectionType !== 'long-polling') {
      return [refused(message, `400::Invalid connection type ${String(message.connectionType)}`)];
    }
    session.held?.end('superseded');
    const isFirst = !session.connected;
    session.connected = true;
    const isDue = isFirst || message.advice?.timeout === 0 || session.queue.length > 0;
    const end = isDue ? 'events' : await this.#hold(session);
    if (end === 'superseded') return 'superseded';
    if (session.isHung || this.#emulated.faults.hangAllCometd) return 'silence';
    if (end !== 'forgotten') this.sessions.startExpiry(session);
    return this.#endConnect(message, session, end, isFirst);
  }

  async #hold(session: CometdSession): Promise<ConnectEnd> {
    this.sessions.stopExpiry(session);
    const held = new HeldConnect(this.#limits.connectTimeoutMs);
    session.held = held;
    const end = await held.ended;
    if (session.held === held) session.held = undefined;
    return end;
  }

  #endConnect(message: BayeuxMessage, session: CometdSession, end: ConnectEnd, isFirst: boolean): BayeuxReply[] {
    if (end === 'forgotten') return [unknownClient(message, this.#emulated.faults.unknownClientAdvice)];
    if (end === 'unauthorized') return [unauthenticated(message, true)];
    if (end === 'deliveriesSpent' || this.delivery.dropWhenSpent(session)) {
      this.delivery.dropSubscriptions(session);
      return [refused(message, deliveriesSpent, { clientId: session.clientId })];
    }
    const events = this.delivery.take(session);
    const timeout = this.#limits.connectTimeoutMs;
    const advice = isFirst ? { advice: { interval: 0, timeout, reconnect: 'retry' as const } } : {};
    return [...events, accepted(message, advice)];
  }

  /** Ends the long polls that wait now, each with this outcome. */
  endHeld(end: ConnectEnd): void {
    for (const session of this.sessions.all()) session.held?.end(end);
  }

  close(): void {
    this.sessions.forgetAll();
  }
}
