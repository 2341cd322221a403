import { PassThrough } from 'node:stream';
import { Transport } from 'jsforce/lib/transport.js';
import type { HttpRequest, HttpResponse } from 'jsforce/lib/types/index.js';
import { StreamPromise } from 'jsforce/lib/util/promise.js';
import { askWhole } from './ask-whole.ts';

/**
 * The way to Salesforce for what jsforce itself asks, in place of its own. That one listens to no error of an answer that
 * breaks off in its middle, which would end the process, its timeout ends with the head, and it asks again for up to half a
 * minute. Nothing comes by the stream.
 */
export class WholeAnswers extends Transport {
  override httpRequest({ method, url, headers = {}, body }: HttpRequest): StreamPromise<HttpResponse> {
    const text = typeof body === 'string' ? body : null;
    const promise = askWhole({ method, url, headers, body: text });
    return StreamPromise.create(() => ({ stream: new PassThrough(), promise }));
  }
}
