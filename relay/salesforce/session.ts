import jsforce, { type Connection } from 'jsforce';
import { RelayError } from '../config/relay-error.ts';
import type { AccessToken } from './access-token.ts';
import { isExpiredSession, toRelayError } from './request-errors.ts';
import { takeWholeAnswersOnly } from './whole-answers.ts';

/** Names for the metrics. */
export type SalesforceCall = 'query' | 'queryAll' | 'collections' | 'describe' | 'limits' | 'versions' | 'save';

export interface SalesforceRequest {
  call: SalesforceCall;
  method: 'GET' | 'PATCH' | 'POST' | 'DELETE';
  /** From `/services/data/…` on, or from the version on. */
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One login to one org, renewed when Salesforce no longer takes the token. */
export interface SalesforceSession {
  /** Logs in unless that has been done. */
  open(): Promise<void>;
  readonly orgId: string;
  /** A request with the current token; an expired one is renewed once. Rejects with RelayError. */
  request(request: SalesforceRequest): Promise<unknown>;
  /** The connection for streaming; its token is the current one. */
  connection(): Connection;
  /** A new login, unless somebody else already replaced the token that failed. */
  renew(failedToken: string | undefined): Promise<void>;
  /** Salesforce's clock, ms since 1970, from its last login answer on. */
  now(): number;
  /** Requests get so many ms more, then those without an answer reject, and so do all that come: the relay is stopping. */
  abandon(graceMs: number): void;
  /** API calls of the org's last 24 hours, as its last answer said. */
  apiUsage(): { used: number; limit: number } | undefined;
}

export interface SessionOptions {
  apiVersion: string;
  requestToken: () => Promise<AccessToken>;
  onCall?: (call: SalesforceCall) => void;
  /** Told of each request that Salesforce answered and did not refuse. */
  onAnswer?: (call: SalesforceCall) => void;
}

/** jsforce retries GETs itself for up to half a minute; the relay has its own waiting, which also shows in /readyz. */
const REQUEST_OPTIONS = { timeout: 120_000, retry: { maxRetries: 0 } };
takeWholeAnswersOnly();

export function createSession({ apiVersion, requestToken, onCall, onAnswer }: SessionOptions): SalesforceSession {
  let current: { token: AccessToken; connection: Connection; clockOffset: number } | undefined;
  let renewing: Promise<void> | undefined;
  const { promise: abandoned, reject: giveUp } = Promise.withResolvers<never>();
  // Nobody may be waiting when it comes.
  abandoned.catch(() => undefined);

  const login = async () => {
    const token = await requestToken();
    if (current !== undefined && current.token.orgId !== token.orgId) {
      throw new RelayError('STORE_OTHER_ORG', `The login now leads to another org, ${token.orgId}.`);
    }
    const { accessToken, instanceUrl } = token;
    const connection = new jsforce.Connection({ accessToken, instanceUrl, version: apiVersion });
    // A clock that never jumps carries Salesforce's time on, so that a wrong or stepped clock here does no harm.
    const clockOffset = (token.serverTime ?? Date.now()) - performance.now();
    current = { token, connection, clockOffset };
  };

  const opened = () => {
    if (current === undefined) throw new Error('The session was used before it was opened.');
    return current;
  };

  const session: SalesforceSession = {
    open: () => (current === undefined ? session.renew(undefined) : Promise.resolve()),
    get orgId() {
      return opened().token.orgId;
    },
    connection: () => opened().connection,
    now: () => Math.floor(performance.now() + opened().clockOffset),
    abandon(graceMs) {
      const end = () => giveUp(new RelayError('SALESFORCE_UNREACHABLE', 'Salesforce did not answer before the stop.'));
      setTimeout(end, graceMs).unref();
    },
    apiUsage: () => opened().connection.limitInfo.apiUsage,
    renew(failedToken) {
      if (current !== undefined && failedToken !== current.token.accessToken) return Promise.resolve();
      renewing ??= login().finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    async request({ call, method, url, body, headers }) {
      const send = async () => {
        onCall?.(call);
        const content = body === undefined ? {} : { body: JSON.stringify(body) };
        const type = body === undefined ? {} : { 'content-type': 'application/json' };
        const answering = opened().connection.request(
          { method, url, ...content, headers: { ...type, ...headers } },
          REQUEST_OPTIONS,
        );
        const answer: unknown = await Promise.race([answering, abandoned]);
        onAnswer?.(call);
        return answer;
      };
      const token = opened().token.accessToken;
      try {
        return await send();
      } catch (error) {
        if (!isExpiredSession(error)) throw toRelayError(error);
      }
      await session.renew(token);
      try {
        return await send();
      } catch (error) {
        if (isExpiredSession(error)) {
          throw new RelayError('SALESFORCE_LOGIN_REFUSED', 'Salesforce refuses the token that it has just given.');
        }
        throw toRelayError(error);
      }
    },
  };
  return session;
}
