/** The way of a request: receipt, key, limits, faults, endpoint, answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppData } from './app-data.ts';
import type { App, Call } from './call-context.ts';
import type { OneSignalOptions } from './emulator-types.ts';
import { type Answer, badRequest, textError } from './error-answers.ts';
import { type Fault, FaultPlan } from './fault-plan.ts';
import { RateJudge } from './rate-judge.ts';
import { type ReadBody, readBody, refuseKey, refusePath } from './request-gate.ts';
import { RequestLog } from './request-log.ts';
import { type Routed, route } from './router.ts';

/** What is to happen to a request: a refusal, a fault, or nothing out of the ordinary. */
type Verdict = Fault | { kind: 'refuse'; answer: Answer } | undefined;

type RequestHead = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

export class RequestFlow {
  readonly app: App;
  readonly log = new RequestLog();
  readonly faults = new FaultPlan();
  readonly rates: RateJudge;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: Required<OneSignalOptions>) {
    this.app = {
      options,
      data: new AppData(options.clock, options.aliasesHaveCase),
      customEvents: [],
      eventKeys: new Map(),
      messages: [],
      created: 0,
    };
    this.rates = new RateJudge(options);
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    const receivedAt = this.app.options.clock();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => response.destroy());
    request.on('end', () => {
      try {
        this.#take(request, response, Buffer.concat(chunks), receivedAt);
      } catch (error) {
        // A bug of the emulator: the client must not wait for it, and the process must not hide it.
        response.destroy();
        throw error;
      }
    });
  }

  /**
   * Answers a request below HTTP, without faults: for a simulation, which has faults of its own.
   * @param isCounted false for one that lands later than it came: the limits are about when requests come
   */
  answer(request: RequestHead, raw: Buffer, isCounted = true): Answer {
    const known = readRequest(request, raw, this.app.options.clock());
    if ('status' in known) return known;
    const { routed, call, read } = known;
    const refused =
      refuseKey(this.app, routed, request.headers) ??
      (isCounted ? this.rates.judge(this.app, routed.endpoint, call) : undefined) ??
      refusePath(routed) ??
      bodyAnswer(call, read);
    return refused ?? this.#write(() => routed.endpoint.handle(this.app, call), call, isCounted);
  }

  /** Writes that a fault holds back, and answers under way, are given up. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #take(request: IncomingMessage, response: ServerResponse, raw: Buffer, receivedAt: number): void {
    const known = readRequest(request, raw, receivedAt);
    if ('status' in known) {
      this.#send(response, 'unknown', known);
      return;
    }
    const { routed, call, read } = known;
    const verdict = this.#judge(request, routed, call, read);
    this.#carryOut(response, routed, call, verdict);
  }

  /** A request that a fault takes, or that is refused, counts for the limits all the same. */
  #judge(request: IncomingMessage, routed: Routed, call: Call, read: ReadBody): Verdict {
    const keyAnswer = refuseKey(this.app, routed, request.headers);
    const rateAnswer = keyAnswer ? undefined : this.rates.judge(this.app, routed.endpoint, call);
    const fault = this.faults.take({ call: call.kind, method: call.method, path: call.path });
    if (fault?.kind === 'answer' || fault?.kind === 'hang') return fault;
    const answer = keyAnswer ?? rateAnswer ?? refusePath(routed) ?? bodyAnswer(call, read);
    return answer ? { kind: 'refuse', answer } : fault;
  }

  #carryOut(response: ServerResponse, { endpoint }: Routed, call: Call, verdict: Verdict): void {
    const write = () => this.#write(() => endpoint.handle(this.app, call), call);
    switch (verdict?.kind) {
      case undefined:
        this.#send(response, call.kind, write());
        return;
      case 'refuse':
      case 'answer':
        this.#send(response, call.kind, verdict.answer);
        return;
      case 'hang':
        this.log.countRequest(call.kind, 'hung');
        return;
      case 'late':
        this.#later(verdict.ms, write);
        this.#cut(response, call);
        return;
      case 'drop':
        write();
        this.#cut(response, call);
    }
  }

  #cut(response: ServerResponse, call: Call): void {
    this.log.countRequest(call.kind, 'dropped');
    response.destroy();
  }

  #write(handle: () => ReturnType<Routed['endpoint']['handle']>, call: Call, isCounted = true): Answer {
    const { user, ...answer } = handle();
    if (call.method !== 'GET' && answer.status < 300) {
      if (call.kind === 'create_user' && user && isCounted) this.rates.rememberCreated(user.id, call.receivedAt);
      const { kind, method, path, body, receivedAt } = call;
      const { status } = answer;
      this.log.addWrite({ call: kind, method, path, body, status, receivedAt, appliedAt: this.app.data.clock() }, user);
    }
    return answer;
  }

  #send(response: ServerResponse, kind: Call['kind'], answer: Answer): void {
    this.log.countRequest(kind, answer.status);
    const isText = typeof answer.body === 'string';
    const payload = isText ? String(answer.body) : JSON.stringify(answer.body);
    const headers = {
      'content-type': isText ? 'text/plain' : 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(payload)),
      ...answer.headers,
    };
    const write = () => response.writeHead(answer.status, headers).end(payload);
    if (this.app.options.latencyMs > 0) this.#later(this.app.options.latencyMs, write);
    else write();
  }

  #later(ms: number, work: () => unknown): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }
}

/** What a request is for, or the answer to one that is for nothing here. */
function readRequest(
  { method = 'GET', url = '/', headers }: RequestHead,
  raw: Buffer,
  receivedAt: number,
): { routed: Routed; call: Call; read: ReadBody } | Answer {
  const [path = '/'] = url.split('?', 1);
  const routed = route(method, path);
  if (routed === undefined) return textError(404, 'Not Found');
  if (routed === 'malformed') return badRequest('malformed path');
  const read = readBody(method, headers, raw);
  const body = read.ok ? read.body : undefined;
  const call = { kind: routed.endpoint.kind, method, path, params: routed.params, body, receivedAt };
  return { routed, call, read };
}

/** https://documentation.onesignal.com/reference/create-custom-events : its 400 says nothing. */
function bodyAnswer(call: Call, read: ReadBody): Answer | undefined {
  if (read.ok) return undefined;
  return call.kind === 'custom_events' ? { status: 400, body: {} } : read.answer;
}
