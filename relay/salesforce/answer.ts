import type { Dispatcher } from 'undici';

/** All of an answer. */
export interface WholeAnswer {
  statusCode: number;
  /** By their names in lower case. */
  headers: Record<string, string>;
  bytes: Buffer;
}

/** One answer that is taken whole or not at all, as a handler of undici's `dispatch`. */
export class Answer implements Dispatcher.DispatchHandler {
  /** Rejects with undici's error where the answer does not come, or not all of it; with an AbortError after `giveUp`. */
  readonly whole: Promise<WholeAnswer>;
  #resolve: (whole: WholeAnswer) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #controller: Dispatcher.DispatchController | undefined;
  #givenUp: Error | undefined;
  #statusCode = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];

  constructor() {
    this.whole = new Promise((resolve, reject) => {
      [this.#resolve, this.#reject] = [resolve, reject];
    });
  }

  /** The time is over: a request that has not gone out yet is not to. */
  giveUp(): void {
    this.#givenUp = new DOMException('The answer has not come in time.', 'AbortError');
    this.#reject(this.#givenUp);
    this.#controller?.abort(this.#givenUp);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#givenUp !== undefined) controller.abort(this.#givenUp);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#statusCode = statusCode;
    this.#headers = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#resolve({ statusCode: this.#statusCode, headers: this.#headers, bytes: Buffer.concat(this.#chunks) });
    this.#chunks = [];
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}
