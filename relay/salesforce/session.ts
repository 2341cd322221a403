import { inspect } from 'node:util';
// The whole of jsforce, with the descriptions of all metadata, would take three more megabytes.
import { Connection } from 'jsforce/lib/core.js';
import { RelayError } from '../config/relay-error.ts';
import type { AccessToken } from './access-token.ts';
import { askWhole } from './ask-whole.ts';
import { contentOf } from './content-of.ts';
import { type ErrorMeanings, isExpiredSession, toRelayError } from './request-errors.ts';
import { askForStream, type StreamedAnswer } from './streamed-answer.ts';
import { unlessAborted } from './unless-aborted.ts';
import { WholeAnswers } from './whole-answers.ts';

/** Names for the metrics. */
export type SalesforceCall =
  | 'query'
  | 'queryAll'
  | 'collections'
  | 'describe'
  | 'limits'
  | 'versions'
  | 'save'
  | 'bulkJob'
  | 'bulkResults';

export interface SalesforceRequest {
  call: SalesforceCall;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From `/services/data/…` on, or from the version on. */
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Before what the codes usually mean. */
  meanings?: ErrorMeanings;
}

/** A GET whose answer is too large to be kept whole. */
export interface StreamRequest {
  call: SalesforceCall;
  /** From the version on. */
  path: string;
  meanings: ErrorMeanings;
}

/** One login to one org, renewed when Salesforce no longer takes the token. */
export interface SalesforceSession {
  /** Logs in unless that has been done. */
  open(): Promise<void>;
  readonly orgId: string;
  /** A request with the current token; an expired one is renewed once. Rejects with RelayError. */
  request(request: SalesforceRequest): Promise<unknown>;
  /** As `request`, for an answer that is read piece by piece. What ends the body in its middle is for `toRelayError`. */
  stream(request: StreamRequest): Promise<StreamedAnswer>;
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

interface Login {
  token: AccessToken;
  connection: Connection;
  clockOffset: number;
}

const WHOLE_ANSWERS = new WholeAnswers();

export function createSession({ apiVersion, requestToken, onCall, onAnswer }: SessionOptions): SalesforceSession {
  let current: Login | undefined;
  let renewing: Promise<void> | undefined;
  const abandonment = new AbortController();

  const login = async () => {
    const token = await requestToken();
    if (current !== undefined && current.token.orgId !== token.orgId) {
      throw new RelayError('STORE_OTHER_ORG', `The login now leads to another org, ${token.orgId}.`);
    }
    const { accessToken, instanceUrl } = token;
    // Its own log, which JSFORCE_LOG_LEVEL switches on, would show queries with the ids in them.
    const connection = new Connection({ accessToken, instanceUrl, version: apiVersion, logLevel: 'NONE' });
    connection._transport = WHOLE_ANSWERS;
    Object.defineProperty(connection, inspect.custom, { value: () => `Connection { version: '${apiVersion}' }` });
    // A clock that never jumps carries Salesforce's time on, so that a wrong or stepped clock here does no harm.
    const clockOffset = (token.serverTime ?? Date.now()) - performance.now();
    current = { token, connection, clockOffset };
  };

  const opened = () => {
    if (current === undefined) throw new Error('The session was used before it was opened.');
    return current;
  };

  /** Counts a request, tells of its answer, and sends it once more with a new token where the old one has expired. */
  const exchange = async <Answer>(
    call: SalesforceCall,
    meanings: ErrorMeanings | undefined,
    ask: (login: Login) => Promise<Answer>,
  ) => {
    const send = async () => {
      onCall?.(call);
      const answer = await ask(opened());
      onAnswer?.(call);
      return answer;
    };
    const token = opened().token.accessToken;
    try {
      return await send();
    } catch (error) {
      if (!isExpiredSession(error)) throw toRelayError(error, meanings);
    }
    await session.renew(token);
    try {
      return await send();
    } catch (error) {
      if (isExpiredSession(error)) {
        throw new RelayError('SALESFORCE_LOGIN_REFUSED', 'Salesforce refuses the token that it has just given.');
      }
      throw toRelayError(error, meanings);
    }
  };

  /** @param path from `/services/` on, or from the version on */
  const onInstance = ({ instanceUrl }: AccessToken, path: string) =>
    instanceUrl + (path.startsWith('/services/') ? path : `/services/data/v${apiVersion}${path}`);

  const session: SalesforceSession = {
    open: () => (current === undefined ? session.renew(undefined) : Promise.resolve()),
    get orgId() {
      return opened().token.orgId;
    },
    connection: () => opened().connection,
    now: () => Math.floor(performance.now() + opened().clockOffset),
    abandon(graceMs) {
      const reason = new RelayError('SALESFORCE_UNREACHABLE', 'Salesforce did not answer before the stop.');
      setTimeout(() => abandonment.abort(reason), graceMs).unref();
    },
    apiUsage: () => opened().connection.limitInfo.apiUsage,
    renew(failedToken) {
      if (current !== undefined && failedToken !== current.token.accessToken) return Promise.resolve();
      renewing ??= login().finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    // Not by `connection.request`: jsforce puts a function on each of its promises, and V8 makes a function that is
    // assigned to a property among its old objects, so that all of an answer was kept until the whole heap is collected.
    // https://github.com/v8/v8/blob/main/src/parsing/parser.h (CheckAssigningFunctionLiteralToProperty)
    request({ call, method, url, body, headers, meanings }) {
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const content = body === undefined ? null : JSON.stringify(body);
      return exchange(call, meanings, async ({ token, connection }) => {
        const authorization = { authorization: `Bearer ${token.accessToken}` };
        const asking = askWhole({
          method,
          url: onInstance(token, url),
          headers: { ...authorization, ...type, ...headers },
          body: content,
        });
        const answer = await unlessAborted(asking, abandonment.signal);
        noteUsage(connection, answer.headers['sforce-limit-info']);
        return contentOf(answer);
      });
    },
    stream({ call, path, meanings }) {
      return exchange(call, meanings, async ({ token, connection }) => {
        const answer = await askForStream(onInstance(token, path), token.accessToken, abandonment.signal);
        noteUsage(connection, answer.header('sforce-limit-info'));
        return answer;
      });
    },
  };
  return session;
}

/** jsforce does this for its own requests. */
function noteUsage(connection: Connection, limitInfo: string | undefined): void {
  const [, used, limit] = /api-usage=(\d+)\/(\d+)/.exec(limitInfo ?? '') ?? [];
  if (used !== undefined) connection.limitInfo = { apiUsage: { used: Number(used), limit: Number(limit) } };
}
