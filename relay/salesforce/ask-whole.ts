import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Agent } from 'undici';
import { Answer } from './answer.ts';

export interface WholeRequest {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
}

export interface WholeText {
  statusCode: number;
  /** By their names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** From the request to the end of its answer, ms. */
const TIMEOUT_MS = 120_000;

const AGENT = new Agent({ allowH2: false });
const unzipped = promisify(gunzip);

/**
 * Asks for something that is taken whole or not at all, compressed on the way where Salesforce does so. Follows no
 * redirects, to any host with the token, and takes no proxy from the environment. Nor does it ask again: the relay has its
 * own waiting, which also shows in /readyz.
 * @throws an error of undici's where there is no answer, or only a part of one; an AbortError when the time is over
 */
export async function askWhole(request: WholeRequest, timeoutMs = TIMEOUT_MS): Promise<WholeText> {
  const { method, url, headers, body } = request;
  const { origin, pathname, search } = new URL(url);
  const answer = new Answer();
  const timer = setTimeout(() => answer.giveUp(), timeoutMs);
  try {
    const options = { origin, path: pathname + search, method: method as 'GET', body };
    AGENT.dispatch({ ...options, headers: { ...headers, 'accept-encoding': 'gzip' } }, answer);
    const { statusCode, headers: got, bytes } = await answer.whole;
    const isZipped = got['content-encoding'] === 'gzip';
    return { statusCode, headers: got, body: (isZipped ? await unzipped(bytes) : bytes).toString() };
  } finally {
    clearTimeout(timer);
  }
}
