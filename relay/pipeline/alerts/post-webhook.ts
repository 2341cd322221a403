import { request } from 'undici';
import { retryAfterMs } from '../../onesignal/retry-after.ts';

/** A receiver that does not answer within so long is asked again, ms. */
const ANSWER_MS = 8_000;

/** What became of a message: `refused` stays until somebody gives another address, `failed` passes. */
export type PostResult =
  | { kind: 'taken' }
  | { kind: 'refused'; status: number }
  /** `status` 0: there was no answer. */
  | { kind: 'failed'; status: number; retryAfterMs: number };

/**
 * Posts to an incoming webhook, whose address is a secret. Slack answers 200 `ok`; 400, 403, 404 and 410 for what stays
 * as it is, 429 with Retry-After, and 5xx. Never rejects, and no error's text gets out: it may hold the address.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
 */
export async function postWebhook(address: string, message: { text: string }, now: number): Promise<PostResult> {
  try {
    const { statusCode, headers, body } = await request(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    // The message is taken or not by the status alone.
    await body.dump().catch(() => undefined);
    if (statusCode >= 200 && statusCode < 300) return { kind: 'taken' };
    if (statusCode === 429 || statusCode >= 500)
      return { kind: 'failed', status: statusCode, retryAfterMs: retryAfterMs(headers['retry-after'], now) ?? 0 };
    return { kind: 'refused', status: statusCode };
  } catch {
    return { kind: 'failed', status: 0, retryAfterMs: 0 };
  }
}
