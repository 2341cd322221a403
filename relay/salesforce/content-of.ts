import type { WholeText } from './ask-whole.ts';
import { refusal } from './refusal.ts';

/**
 * What an answer of the REST API brings: undefined where it is empty, and the text where it is no JSON, which is then for
 * whoever asked to find unknown.
 * @throws the refusal that any answer but a success is
 */
export function contentOf({ statusCode, headers, body }: WholeText): unknown {
  if (statusCode < 200 || statusCode > 299) throw refusal(statusCode, body);
  if (statusCode === 204) return undefined;
  if (!/^application\/json(;|$)/.test(headers['content-type'] ?? '')) return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
