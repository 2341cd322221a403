import type { RowError } from '../org-contract.ts';
import { BulkFaults, takeNext } from './bulk-faults.ts';

/** An HTTP answer that stands in for the real one. */
export interface CannedAnswer {
  status: number;
  body: string;
  contentType: string;
}

/** `bulkJobs`: creation, state and end of a bulk query; `bulkResults`: its pages. */
export type Endpoint = 'cometd' | 'rest' | 'token' | 'collections' | 'bulkJobs' | 'bulkResults';
const ENDPOINTS: readonly Endpoint[] = ['cometd', 'rest', 'token', 'collections', 'bulkJobs', 'bulkResults'];

/** How a handshake is refused while `denyHandshakes` is on. */
export interface HandshakeDenial {
  /** Times left; Infinity lasts. */
  times: number;
  failureReason: string;
  advice: { reconnect: 'handshake' | 'retry' | 'none'; interval: number };
}

/** Which queries take too long, and how that shows. */
export interface SlowQueries {
  /** Queries with more rows than this. */
  mostRows: number;
  /** Queries over a longer span of SystemModstamp than this, ms; one without an end reaches to now. */
  longestSpanMs: number;
  /** Queries from this object alone; every object without it. */
  object: string | undefined;
  answer: CannedAnswer;
}

interface RowFault {
  times: number;
  error: RowError;
  id: string | undefined;
}

/** Which faults are switched on. The switches themselves are in fault-switches.ts; the protocols only ask. */
export class FaultState {
  /** OAuth scopes of the tokens that are given out. */
  scopes = 'api id';
  readonly #answers: Record<Endpoint, { times: number; answer: CannedAnswer }[]> = {
    cometd: [],
    rest: [],
    token: [],
    collections: [],
    bulkJobs: [],
    bulkResults: [],
  };
  readonly #lostReplies: Record<Endpoint, number> = {
    cometd: 0,
    rest: 0,
    token: 0,
    collections: 0,
    bulkJobs: 0,
    bulkResults: 0,
  };
  readonly #rowFaults: RowFault[] = [];
  handshakeDenial: HandshakeDenial | undefined;
  /** Meta channels that answer "server is too busy", with the times left. */
  readonly busy = new Map<string, number>();
  /** The advice that goes with `403::Unknown client`. */
  unknownClientAdvice: 'handshake' | 'none' = 'handshake';
  /** Connect replies still to be cut in the middle of their body. */
  cutReplies = 0;
  /** Connect replies still to drip in, one byte each so many ms. */
  drip = { times: 0, everyMs: 0 };
  /** Replies to a connect still to begin with a null. */
  nullReplies = 0;
  /** The host that the org was reached at before it moved. */
  retiredHost: string | undefined;
  slowQueries: SlowQueries | undefined;
  /** How many of the next pages asked for by a locator find it gone. */
  expiredLocators = 0;
  readonly bulk = new BulkFaults();
  /** True: every /cometd request is swallowed, also those of new clients. */
  hangAllCometd = false;

  answerHttp(endpoint: Endpoint, times: number, answer: CannedAnswer): void {
    this.#answers[endpoint].push({ times, answer });
  }

  nextAnswer(endpoint: Endpoint): CannedAnswer | undefined {
    return takeNext(this.#answers[endpoint])?.answer;
  }

  loseReplies(endpoint: Endpoint, times: number): void {
    this.#lostReplies[endpoint] = times;
  }

  /** True once for each reply that must get lost after the work is done. */
  takeLostReply(endpoint: Endpoint): boolean {
    if (this.#lostReplies[endpoint] <= 0) return false;
    this.#lostReplies[endpoint] -= 1;
    return true;
  }

  failRows(times: number, error: RowError, id?: string): void {
    this.#rowFaults.push({ times, error, id });
  }

  takeRowFault(id: string): RowError | undefined {
    const index = this.#rowFaults.findIndex((fault) => fault.id === undefined || fault.id === id);
    const fault = this.#rowFaults[index];
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.#rowFaults.splice(index, 1);
    return fault.error;
  }

  takeBusy(channel: string): boolean {
    const left = this.busy.get(channel) ?? 0;
    if (left <= 0) return false;
    this.busy.set(channel, left - 1);
    return true;
  }

  takeHandshakeDenial(): HandshakeDenial | undefined {
    const denial = this.handshakeDenial;
    if (!denial) return undefined;
    denial.times -= 1;
    if (denial.times <= 0) this.handshakeDenial = undefined;
    return denial;
  }

  takeExpiredLocator(): boolean {
    if (this.expiredLocators <= 0) return false;
    this.expiredLocators -= 1;
    return true;
  }

  clearHttp(): void {
    for (const endpoint of ENDPOINTS) {
      this.#answers[endpoint].length = 0;
      this.#lostReplies[endpoint] = 0;
    }
    this.#rowFaults.length = 0;
  }
}
