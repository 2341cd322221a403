import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import { refusal } from './refusal.ts';

/** An answer whose body comes piece by piece, as fast as it is read. */
export interface StreamedAnswer {
  /** A header's value by its name in lower case; undefined where there is none, or several. */
  header(name: string): string | undefined;
  /**
   * To be read to its end or destroyed: else its connection stays open. It ends with an error when the answer breaks off,
   * and when nothing comes for two minutes.
   */
  body: Readable;
}

/** How long the head, and each next piece of the body, may take, ms. */
const TIMEOUT_MS = 120_000;
/** A refusal is a few hundred bytes; what a proxy sends instead can be any length. */
const MOST_REFUSAL_BYTES = 65_536;

/**
 * Asks for something large. Compressed on the way where Salesforce does so.
 * https://developer.salesforce.com/docs/platform/api-asynch/guide/query-compression.md
 * @param signal ends the request and the body
 * @throws the refusal that every answer but 200 is; any other error is no answer
 */
export async function askForStream(url: string, accessToken: string, signal: AbortSignal): Promise<StreamedAnswer> {
  const { statusCode, headers, body } = await request(url, {
    headers: { authorization: `Bearer ${accessToken}`, 'accept-encoding': 'gzip' },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    signal,
  });
  heeded(body);
  if (statusCode !== 200) throw refusal(statusCode, await startOf(body));
  const header = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return { header, body: header('content-encoding') === 'gzip' ? unzipped(body) : body };
}

/** Its errors are for who reads it; one that comes while nobody does must not end the process. */
function heeded<Body extends Readable>(body: Body): Body {
  return body.on('error', () => undefined);
}

/** Either end takes the other with it. */
function unzipped(body: Readable): Readable {
  const gunzip = heeded(createGunzip());
  body.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => body.destroy());
  return body.pipe(gunzip);
}

async function startOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  let text = '';
  for await (const piece of body.setEncoding('utf8')) {
    text += String(piece);
    if (text.length >= MOST_REFUSAL_BYTES) break;
  }
  return text;
}
