import type { RowError } from '../org-contract.ts';
import { connectionStorm } from './bayeux-replies.ts';
import type { BulkCut } from './bulk-faults.ts';
import type { CometdServer } from './cometd-server.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import type { CannedAnswer, Endpoint } from './fault-state.ts';
import { timedOut } from './slow-queries.ts';

/** What the server's sockets can be made to do. */
export interface Network {
  /** Resets every connection. */
  resetSockets(): void;
  /** Resets every connection and refuses new ones. */
  stopListening(): void;
  /** Listens on the same port again. */
  listenAgain(): Promise<void>;
  /** From now on the org is found under another name. Returns the name before, as a Host header has it. */
  takeOtherName(): string;
}

/** What tests break. Sources of the facts are where the answers are built and in the tests. */
export class FaultSwitches {
  readonly #emulated: EmulatedOrg;
  readonly #cometd: CometdServer;
  readonly #network: Network;

  constructor(emulated: EmulatedOrg, cometd: CometdServer, network: Network) {
    this.#emulated = emulated;
    this.#cometd = cometd;
    this.#network = network;
  }

  /** Age in ms at which REST and handshakes refuse a token. */
  get tokenLifetimeMs(): number {
    return this.#emulated.tokens.lifetimeMs;
  }
  set tokenLifetimeMs(value: number) {
    this.#emulated.tokens.lifetimeMs = value;
  }

  /** All tokens given out so far die; long polls that wait are told at once. New logins work. */
  revokeTokens(): void {
    this.#emulated.tokens.revokeAll();
    this.#cometd.endHeld('unauthorized');
  }

  /** The CometD sessions are gone: timeout, network fault or autoscaling. The advice stays for later requests. */
  forgetClients(options: { advice?: 'handshake' | 'none' } = {}): void {
    this.#emulated.faults.unknownClientAdvice = options.advice ?? 'handshake';
    this.#cometd.sessions.forgetAll();
  }

  /** The delivery allocation is used up: subscriptions end with 403 on their connect. */
  spendDeliveries(): void {
    this.#emulated.deliveries.spend();
    this.#cometd.endHeld('deliveriesSpent');
  }
  restoreDeliveries(): void {
    this.#emulated.deliveries.restore();
  }

  /** What the External Client App gives from the next login on; `api id` to begin with. */
  grantScopes(scopes: string): void {
    this.#emulated.faults.scopes = scopes;
  }

  spendApiCalls(): void {
    this.#emulated.apiCalls.spend();
  }
  restoreApiCalls(): void {
    this.#emulated.apiCalls.restore();
  }

  /** No replay id given out so far is valid any more, and -2 replays only what comes after. */
  loseReplayWindow(): void {
    this.#cometd.delivery.loseReplayWindow();
  }

  /** The next `times` handshakes (default: all until `allowHandshakes`) are denied, by default with advice to go on at once. */
  denyHandshakes(
    options: {
      times?: number;
      interval?: number;
      reconnect?: 'handshake' | 'retry' | 'none';
      failureReason?: string;
    } = {},
  ): void {
    this.#emulated.faults.handshakeDenial = {
      times: options.times ?? Number.POSITIVE_INFINITY,
      failureReason: options.failureReason ?? connectionStorm,
      advice: { reconnect: options.reconnect ?? 'handshake', interval: options.interval ?? 0 },
    };
  }
  allowHandshakes(): void {
    this.#emulated.faults.handshakeDenial = undefined;
  }

  /** The next `times` requests to an endpoint get this instead, whatever they ask. */
  answerHttp(times: number, answer: CannedAnswer & { on: Endpoint }): void {
    this.#emulated.faults.answerHttp(answer.on, times, answer);
  }

  /** The next `times` requests do their work, then the connection breaks before a byte of the answer. */
  loseReplies(on: Endpoint, times: number): void {
    this.#emulated.faults.loseReplies(on, times);
  }

  /** The next `times` updated rows (of one record, with `id`) fail with this error. */
  failRows(times: number, error: Partial<RowError> & { statusCode: string }, id?: string): void {
    this.#emulated.faults.failRows(times, { message: error.statusCode, fields: [], ...error }, id);
  }

  /**
   * From now on queries that are larger than a limit end as those do that run for more than two minutes, by default with
   * QUERY_TIMEOUT. Without limits every query is too slow. `answerQueries` ends it.
   * https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_bulk_query_processing.htm
   */
  timeOutQueries(
    over: { rows?: number; spanMs?: number; object?: string },
    answer: CannedAnswer = timedOut('QUERY_TIMEOUT'),
  ): void {
    const hasLimit = over.rows !== undefined || over.spanMs !== undefined;
    const none = hasLimit ? Number.POSITIVE_INFINITY : -1;
    const { rows: mostRows = none, spanMs: longestSpanMs = none, object } = over;
    this.#emulated.faults.slowQueries = { mostRows, longestSpanMs, object, answer };
  }
  answerQueries(): void {
    this.#emulated.faults.slowQueries = undefined;
  }

  /** The next `times` pages that are asked for by a locator find it expired, as after two days. */
  expireLocators(times: number): void {
    this.#emulated.faults.expiredLocators = times;
  }

  /** From now on a bulk query is found in progress by so many looks at it; one to begin with. */
  slowBulkQueries(looks: number): void {
    this.#emulated.faults.bulk.looksInProgress = looks;
  }

  /** The next `times` bulk queries that run fail, by default as one that Salesforce tried too often. */
  failBulkQueries(times: number, errorMessage = 'The query was retried more than 15 times.'): void {
    this.#emulated.faults.bulk.fail(times, errorMessage);
  }

  /** The next `times` pages of bulk results break off in the middle: the connection breaks, or the body just ends. */
  cutBulkPages(times: number, how: BulkCut): void {
    this.#emulated.faults.bulk.cut(times, how);
  }

  /** From now on a page of bulk results has so many rows at most, whatever was asked for: its size is limited too. */
  shortenBulkPages(mostRows: number): void {
    this.#emulated.faults.bulk.mostRowsAPage = mostRows;
  }

  /** From now on Salesforce runs bulk queries in chunks of so many rows, and the last chunk is done first. */
  chunkBulkQueries(rowsAChunk: number): void {
    this.#emulated.faults.bulk.rowsAChunk = rowsAChunk;
  }

  /** All bulk queries are gone, as after seven days. */
  expireBulkQueries(): void {
    this.#emulated.bulkJobs.deleteAll();
  }

  /** The bulk queries of the last 24 hours are spent. */
  spendBulkQueries(): void {
    this.#emulated.bulkQueries.spend();
  }
  restoreBulkQueries(): void {
    this.#emulated.bulkQueries.restore();
  }

  /** The next `times` messages on this meta channel are told that the server is too busy. */
  busy(times: number, on: 'handshake' | 'connect' | 'subscribe'): void {
    this.#emulated.faults.busy.set(`/meta/${on}`, times);
  }

  /** The next `times` connect replies break off in the middle of their body. */
  cutReplies(times: number): void {
    this.#emulated.faults.cutReplies = times;
  }

  /** The next `times` connect replies come one byte each so many ms, as through a congested link. */
  dripReplies(times: number, everyMs: number): void {
    this.#emulated.faults.drip = { times, everyMs };
  }

  /** The next `times` connect replies begin with a null, which no Bayeux server should send and faye's client dies of. */
  sendNulls(times: number): void {
    this.#emulated.faults.nullReplies = times;
  }

  /** Half-open connections: today's clients never hear back again. New clients work, unless `newClientsToo`. */
  hangConnects(options: { newClientsToo?: boolean } = {}): void {
    this.#emulated.faults.hangAllCometd = options.newClientsToo ?? false;
    for (const session of this.#cometd.sessions.all()) {
      session.isHung = true;
      this.#cometd.sessions.startExpiry(session);
    }
  }
  /** Ends what `newClientsToo` began; clients that hang go on hanging until the server forgets them. */
  stopHanging(): void {
    this.#emulated.faults.hangAllCometd = false;
  }

  /**
   * The org is reached at another `instance_url` from now on; tokens of before are void, and the old address is gone.
   * https://developer.salesforce.com/docs/platform/pub-sub-api/guide/event-message-durability.html has what becomes of
   * replay ids: that is the org's part, `orgMoved`.
   */
  moveInstance(): void {
    this.#emulated.faults.retiredHost = this.#network.takeOtherName();
    this.#emulated.tokens.revokeAll();
    this.#network.resetSockets();
  }

  /** New connections are refused until `acceptConnections`. */
  refuseConnections(): void {
    this.#network.stopListening();
  }
  acceptConnections(): Promise<void> {
    return this.#network.listenAgain();
  }

  /** Every TCP connection is reset now. */
  resetSockets(): void {
    this.#network.resetSockets();
  }

  /** Canned answers, lost replies and row faults that have not been used are dropped. */
  clearHttp(): void {
    this.#emulated.faults.clearHttp();
  }
}
