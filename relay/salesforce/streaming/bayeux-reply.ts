import { z } from 'zod';
import type { StreamEnd } from './stream-ends.ts';

/** A Bayeux message as far as the relay looks at it. */
export const BAYEUX_MESSAGE = z.looseObject({
  channel: z.string().optional(),
  successful: z.boolean().optional(),
  error: z.string().optional(),
  subscription: z.unknown().optional(),
  advice: z.looseObject({ timeout: z.number().optional(), reconnect: z.string().optional() }).optional(),
  ext: z.looseObject({ sfdc: z.looseObject({ failureReason: z.string().optional() }).optional() }).optional(),
  data: z.unknown().optional(),
});
export type BayeuxMessage = z.infer<typeof BAYEUX_MESSAGE>;

/**
 * Salesforce tells its streaming errors apart by the start of a text only, e.g. `401::Authentication invalid`:
 * https://developer.salesforce.com/docs/platform/api-streaming/guide/streaming-error-codes.html .
 * The guide writes a space where the wire has colons. Some refusals carry the cause in `ext.sfdc.failureReason` beside a general `403::Handshake denied`. First match wins.
 */
const ENDS: readonly [RegExp, StreamEnd][] = [
  [/^401[: ]/, 'unauthorized'],
  // The replay map named another channel: a new cursor would not help, a correct channel does.
  [/^400[: ]+The replayId for channel/, 'denied'],
  [/^400[: ]+The replayId/, 'replay_lost'],
  [/^403[: ]+Organization total events daily limit exceeded/, 'allocation_spent'],
  [/^403[: ]+Unknown client/, 'session_lost'],
  [/^403[: ]+Client has not completed handshake/, 'session_lost'],
  [/^403[: ]+Organization concurrent user limit exceeded/, 'busy'],
  [/^503[: ]/, 'busy'],
  [/^403[: ]+Restricted channel/, 'denied'],
  [/^403:denied_by_security_policy:/, 'denied'],
  [/^40[04][: ].*channel/i, 'denied'],
];

/** @returns why the client has to go, or undefined while all is well */
export function streamEndOf(message: BayeuxMessage): StreamEnd | undefined {
  if (message.channel === undefined) return 'unusable_reply';
  if (!message.channel.startsWith('/meta/') || message.successful === true) return undefined;
  const reasons = [message.ext?.sfdc?.failureReason, message.error].filter((text) => text !== undefined);
  for (const reason of reasons) {
    const known = ENDS.find(([pattern]) => pattern.test(reason));
    if (known !== undefined) return known[1];
  }
  return message.channel === '/meta/handshake' ? 'busy' : 'session_lost';
}

/**
 * What an HTTP status says before the body does: a page of a proxy is no JSON, and a REST error in JSON has no channel.
 *
 * @returns why the client has to go, or undefined when the body counts
 */
export function streamEndOfStatus(status: number): StreamEnd | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 401) return 'unauthorized';
  return status === 408 || status === 429 || status >= 500 ? 'busy' : 'unusable_reply';
}
