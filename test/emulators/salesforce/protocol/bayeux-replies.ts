/**
 * The replies that Salesforce gives to Bayeux messages, error texts included. Shapes from
 * https://developer.salesforce.com/docs/atlas.en-us.260.0.api_streaming.meta/api_streaming/streaming_handling_errors.htm
 * and https://developer.salesforce.com/docs/platform/api-streaming/guide/streaming-error-codes.html
 */
export interface BayeuxMessage {
  channel: string;
  id?: string;
  clientId?: string;
  subscription?: string;
  connectionType?: string;
  supportedConnectionTypes?: string[];
  advice?: { timeout?: number };
  ext?: { replay?: Record<string, unknown> };
}

export interface Advice {
  reconnect: 'retry' | 'handshake' | 'none';
  interval?: number;
  timeout?: number;
}

export interface BayeuxReply {
  channel: string;
  id?: string;
  clientId?: string;
  subscription?: string;
  successful?: boolean;
  error?: string;
  advice?: Advice;
  ext?: Record<string, unknown>;
  data?: unknown;
  version?: string;
  minimumVersion?: string;
  supportedConnectionTypes?: string[];
}

export const handshakeExt = { replay: true, 'payload.format': true };
export const tooBusy = '503::Server is too busy. Please try your request again later.';
export const deliveriesSpent = '403::Organization total events daily limit exceeded';
export const tooManyClients = '403::Organization concurrent user limit exceeded';
export const connectionStorm =
  'To protect all customers from excessive use and Denial of Service attacks, we limit the number of simultaneous connections per server.';

/** The parts that every reply echoes. */
function echo(message: BayeuxMessage): BayeuxReply {
  return {
    channel: message.channel,
    ...(message.id === undefined ? {} : { id: message.id }),
    ...(message.subscription === undefined ? {} : { subscription: message.subscription }),
  };
}

export function accepted(message: BayeuxMessage, more: Partial<BayeuxReply> = {}): BayeuxReply {
  return {
    ...echo(message),
    ...(message.clientId === undefined ? {} : { clientId: message.clientId }),
    ...more,
    successful: true,
  };
}

export function refused(message: BayeuxMessage, error: string, more: Partial<BayeuxReply> = {}): BayeuxReply {
  return { ...echo(message), ...more, error, successful: false };
}

/** Handshakes hide the reason in `ext.sfdc.failureReason`. */
export function deniedHandshake(message: BayeuxMessage, failureReason: string, advice: Advice): BayeuxReply {
  const ext = { ...handshakeExt, sfdc: { failureReason } };
  return refused(message, '403::Handshake denied', { ext, advice });
}

/** A dead or absent token, on any channel. */
export function unauthenticated(message: BayeuxMessage, tokenWasSent: boolean): BayeuxReply {
  const reason = tokenWasSent ? '401::Authentication invalid' : '401::Request requires authentication.';
  if (message.channel === '/meta/handshake') return deniedHandshake(message, reason, { reconnect: 'none' });
  const clientId = message.clientId === undefined ? {} : { clientId: message.clientId };
  return refused(message, reason, { ...clientId, advice: { reconnect: 'none', interval: 0 } });
}

/** Advice comes with /meta/connect only. `none` was seen in the field: https://github.com/faye/faye/issues/492 */
export function unknownClient(message: BayeuxMessage, reconnect: 'handshake' | 'none'): BayeuxReply {
  const advice = message.channel === '/meta/connect' ? { advice: { interval: 0, reconnect } } : {};
  return refused(message, '403::Unknown client', advice);
}

/** Salesforce puts this beside another error. */
export function serverBusy(message: BayeuxMessage): BayeuxReply {
  const ext = { sfdc: { failureReason: tooBusy } };
  if (message.channel === '/meta/handshake') return deniedHandshake(message, tooBusy, { reconnect: 'none' });
  if (message.channel === '/meta/connect') {
    return refused(message, '403::Unknown client', { ext, advice: { interval: 0, reconnect: 'handshake' } });
  }
  return refused(message, '403:denied_by_security_policy:subscribe_denied', { ext });
}

/** The two blanks are Salesforce's. */
export function invalidReplayId(replayId: unknown): string {
  return `400::The replayId {${String(replayId)}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`;
}

/** A replay map that lacks the channel. https://github.com/restforce/restforce/issues/498 */
export function channelNotInReplayMap(channel: string, map: Record<string, unknown>): string {
  const shown = Object.entries(map).map(([name, id]) => `${name}=${String(id)}`);
  return `400::The replayId for channel {${channel}} wasn't found using the provided replay ID map {{${shown.join(', ')}}}. Ensure that the channel name you provided in the replay map is valid and matches the channel name used for subscribing.`;
}
