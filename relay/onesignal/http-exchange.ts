import type { Dispatcher } from 'undici';
import { networkFaultOf } from './network-fault.ts';
import type { NetworkFault } from './onesignal-outcome.ts';

/** No answer that the relay asks for is a tenth of this; the rest of a longer one is not read. */
const LONGEST_REPLY_BYTES = 1_048_576;

export type ExchangeHeaders = Record<string, string | string[] | undefined>;

/** Who is told that the request goes out, and may say that it must not: `false`. */
export type StartListener = { started(): boolean };

/** What one exchange came to. An exchange that ended before an answer has a `fault` and no `status`. */
export type ExchangeResult = {
  /** The request was written, at least in part. */
  readonly started: boolean;
  readonly fault: NetworkFault | undefined;
  readonly status: number;
  readonly headers: ExchangeHeaders;
  readonly text: string;
};

/**
 * One request and its answer, as a handler of undici's `dispatch`. `Pool.request` would do but for one thing: it
 * doesn't tell whether a failed request had gone out, and that decides between "surely not applied" and "doubtful".
 */
export class HttpExchange implements Dispatcher.DispatchHandler {
  readonly result: Promise<ExchangeResult>;
  readonly #start: StartListener;
  #resolve: (result: ExchangeResult) => void = () => {};
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #started = false;
  #status = 0;
  #headers: ExchangeHeaders = {};
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** `start` is told right before the request is written. */
  constructor(start: StartListener) {
    this.#start = start;
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) {
      controller.abort(new Error('The call has ended.'));
      return;
    }
    if (this.#start.started()) this.#started = true;
    else this.fail('part_lost');
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: ExchangeHeaders): void {
    // 1xx: the answer is still to come.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes < LONGEST_REPLY_BYTES) return;
    this.#settle(undefined);
    controller.abort(new Error('The answer is too long.'));
  }

  onResponseEnd(): void {
    this.#settle(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(networkFaultOf(error));
  }

  /** Ends the exchange without the rest of the answer, which counts all the same where its status says everything. */
  fail(fault: NetworkFault): void {
    if (this.#settled) return;
    this.#settle(saysEverything(this.#status) ? undefined : fault);
    this.#controller?.abort(new Error('The call has ended.'));
  }

  #settle(fault: NetworkFault | undefined): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#resolve({
      started: this.#started,
      fault,
      status: this.#status,
      headers: this.#headers,
      text: fault === undefined ? this.#text() : '',
    });
    this.#chunks = [];
  }

  #text(): string {
    const [only] = this.#chunks;
    const bytes = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    return bytes.toString('utf8', 0, LONGEST_REPLY_BYTES);
  }
}

function saysEverything(status: number): boolean {
  return status === 401 || status === 429 || status >= 500;
}
