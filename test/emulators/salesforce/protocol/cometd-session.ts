import type { BusEvent, OrgUser } from '../org-contract.ts';

export interface CometdSession {
  clientId: string;
  user: OrgUser;
  /** Of the endpoint that it shook hands with; EventUuid is shown from 52 on. */
  version: number;
  cookie: string;
  channels: Set<string>;
  /** Not sent yet, oldest first. */
  queue: BusEvent[];
  /** False until the first /meta/connect, which is answered at once and carries the advice. */
  connected: boolean;
  /** The long poll that waits for events. */
  held: HeldConnect | undefined;
  /** Half-open: the client sends and never hears back. */
  isHung: boolean;
  expiry: NodeJS.Timeout | undefined;
}

export type ConnectEnd = 'events' | 'timeout' | 'forgotten' | 'unauthorized' | 'deliveriesSpent' | 'superseded';

export class HeldConnect {
  readonly ended: Promise<ConnectEnd>;
  readonly #resolve: (end: ConnectEnd) => void;
  readonly #timer: NodeJS.Timeout;

  constructor(timeoutMs: number) {
    const { promise, resolve } = Promise.withResolvers<ConnectEnd>();
    this.ended = promise;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => resolve('timeout'), timeoutMs);
  }

  end(reason: ConnectEnd): void {
    clearTimeout(this.#timer);
    this.#resolve(reason);
  }
}

/** Which sessions exist, and how long each outlives its last answer. */
export class CometdSessions {
  readonly #sessions = new Map<string, CometdSession>();
  readonly #sessionTimeoutMs: number;
  #count = 0;

  constructor(sessionTimeoutMs: number) {
    this.#sessionTimeoutMs = sessionTimeoutMs;
  }

  get size(): number {
    return this.#sessions.size;
  }

  all(): CometdSession[] {
    return [...this.#sessions.values()];
  }

  find(clientId: string | undefined): CometdSession | undefined {
    return clientId === undefined ? undefined : this.#sessions.get(clientId);
  }

  open(user: OrgUser, version: number, cookie: string | undefined): CometdSession {
    this.#count += 1;
    const clientId = `${this.#count.toString(36)}1q1ib66fvm7kli1gfoauu95i78g`;
    const session: CometdSession = {
      clientId,
      user,
      version,
      cookie: cookie ?? `b${this.#count}9d3ffoauu95i78g`,
      channels: new Set(),
      queue: [],
      connected: false,
      held: undefined,
      isHung: false,
      expiry: undefined,
    };
    this.#sessions.set(clientId, session);
    this.startExpiry(session);
    return session;
  }

  /** The client has this long to connect again: 40 s in Salesforce. */
  startExpiry(session: CometdSession): void {
    clearTimeout(session.expiry);
    // Of a client that took leave while its long poll was held, nothing is left to expire.
    if (!this.#sessions.has(session.clientId)) return;
    session.expiry = setTimeout(() => this.forget(session), this.#sessionTimeoutMs);
  }

  stopExpiry(session: CometdSession): void {
    clearTimeout(session.expiry);
  }

  forget(session: CometdSession): void {
    clearTimeout(session.expiry);
    this.#sessions.delete(session.clientId);
    session.held?.end('forgotten');
  }

  forgetAll(): void {
    for (const session of this.all()) this.forget(session);
  }
}
