/** Faults that a test orders: each takes the next so many requests that match, in the order in which they were given. */
import type { CallKind } from './call-kind.ts';
import { type Answer, missingAuthorization, serviceUnavailable, textError } from './error-answers.ts';

/** Which requests a fault takes; no match means any. `path` is tested on the path as sent, without the query. */
export interface FaultMatch {
  method?: string;
  path?: RegExp;
  call?: CallKind;
}

export interface FaultAnswer {
  status: number;
  /** A string goes out as it is (text/html unless a header says otherwise), anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Faults {
  /** Answers `n` requests so, without applying them. */
  answer(n: number, answer: FaultAnswer, match?: FaultMatch): void;
  /** Applies `n` requests, then cuts the connection instead of answering. */
  dropAnswerAfterApply(n: number, match?: FaultMatch): void;
  /** Cuts the connection of `n` requests at once and applies them `ms` later (real time). */
  applyLate(n: number, ms: number, match?: FaultMatch): void;
  /** Never answers `n` requests and never applies them. */
  hang(n: number, match?: FaultMatch): void;
  /** 503 with an HTML body for everything, until `up`. */
  down(): void;
  up(): void;
  /** 401 for everything while on: the key is revoked. */
  unauthorized(on: boolean): void;
  /** 403 for what matches while on. */
  forbidden(on: boolean, match?: FaultMatch): void;
  /** Takes back all faults that are still to come. */
  clear(): void;
}

export type Fault =
  | { kind: 'answer'; answer: Answer }
  | { kind: 'drop' }
  | { kind: 'late'; ms: number }
  | { kind: 'hang' };

interface Ordered {
  left: number;
  match: FaultMatch;
  fault: Fault;
}

export interface Request {
  call: CallKind;
  method: string;
  path: string;
}

const matches = (match: FaultMatch, request: Request): boolean =>
  (match.method === undefined || match.method === request.method) &&
  (match.call === undefined || match.call === request.call) &&
  (match.path === undefined || request.path.search(match.path) >= 0);

function asAnswer({ status, body = {}, headers = {} }: FaultAnswer): Answer {
  if (typeof body !== 'string') return { status, body, headers };
  return { status, body, headers: { 'content-type': 'text/html', ...headers } };
}

const answerWith = (answer: Answer): Fault => ({ kind: 'answer', answer });

export class FaultPlan implements Faults {
  #ordered: Ordered[] = [];
  #isDown = false;
  #isUnauthorized = false;
  #forbidden: FaultMatch | undefined;

  answer(n: number, answer: FaultAnswer, match: FaultMatch = {}): void {
    this.#order(n, answerWith(asAnswer(answer)), match);
  }

  dropAnswerAfterApply(n: number, match: FaultMatch = {}): void {
    this.#order(n, { kind: 'drop' }, match);
  }

  applyLate(n: number, ms: number, match: FaultMatch = {}): void {
    this.#order(n, { kind: 'late', ms }, match);
  }

  hang(n: number, match: FaultMatch = {}): void {
    this.#order(n, { kind: 'hang' }, match);
  }

  down(): void {
    this.#isDown = true;
  }

  up(): void {
    this.#isDown = false;
  }

  unauthorized(on: boolean): void {
    this.#isUnauthorized = on;
  }

  forbidden(on: boolean, match: FaultMatch = {}): void {
    this.#forbidden = on ? match : undefined;
  }

  clear(): void {
    this.#ordered = [];
    this.#isDown = false;
    this.#isUnauthorized = false;
    this.#forbidden = undefined;
  }

  /** The fault for this request, used up by it. */
  take(request: Request): Fault | undefined {
    if (this.#isDown) return answerWith(serviceUnavailable());
    if (this.#isUnauthorized) return answerWith(missingAuthorization());
    if (this.#forbidden && matches(this.#forbidden, request)) return answerWith(textError(403, 'Forbidden'));
    const found = this.#ordered.find((one) => matches(one.match, request));
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#ordered = this.#ordered.filter((one) => one !== found);
    return found.fault;
  }

  #order(n: number, fault: Fault, match: FaultMatch): void {
    if (n > 0) this.#ordered.push({ left: n, match, fault });
  }
}
