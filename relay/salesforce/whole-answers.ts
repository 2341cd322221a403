import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Transport } from 'jsforce/lib/transport.js';
import type { HttpRequest, HttpResponse } from 'jsforce/lib/types/index.js';
import { StreamPromise } from 'jsforce/lib/util/promise.js';
import { Agent } from 'undici';
import { Answer } from './answer.ts';

/** From the request to the end of its answer, ms. */
const TIMEOUT_MS = 120_000;

const unzipped = promisify(gunzip);

/**
 * A way to Salesforce for jsforce, in place of its own. That one listens to no error of an answer that breaks off in its
 * middle, which would end the process, and its timeout ends with the head. And `fetch`, by which it asks, leaves each answer
 * several times over to the collection of the whole heap, which under load came half as often again for that. This one
 * follows no redirects, to any host with the token, and takes no proxy from the environment. Nor does it ask again, as that
 * one does for up to half a minute: the relay has its own waiting, which also shows in /readyz.
 */
export class WholeAnswers extends Transport {
  readonly #agent = new Agent({ allowH2: false });
  readonly #timeoutMs: number;

  constructor(timeoutMs = TIMEOUT_MS) {
    super();
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects with an error of undici's where there is no answer, or only a part of one. Nothing comes by the stream. */
  override httpRequest(asked: HttpRequest): StreamPromise<HttpResponse> {
    return StreamPromise.create(() => ({ stream: new PassThrough(), promise: this.#ask(asked) }));
  }

  async #ask({ method, url, headers, body }: HttpRequest): Promise<HttpResponse> {
    const { origin, pathname, search } = new URL(url);
    const answer = new Answer();
    const timer = setTimeout(() => answer.giveUp(), this.#timeoutMs);
    try {
      const options = { origin, path: pathname + search, method, body: typeof body === 'string' ? body : null };
      this.#agent.dispatch({ ...options, headers: { ...headers, 'accept-encoding': 'gzip' } }, answer);
      const { statusCode, headers: got, bytes } = await answer.whole;
      const isZipped = got['content-encoding'] === 'gzip';
      return { statusCode, headers: got, body: (isZipped ? await unzipped(bytes) : bytes).toString() };
    } finally {
      clearTimeout(timer);
    }
  }
}
