import type { ClientRequest } from 'node:http';
import type { Connection } from 'jsforce';
// Puts `streaming` on every connection.
import 'jsforce/lib/api/streaming.js';
import { streamEndOfStatus } from './bayeux-reply.ts';
import type { StreamEnd } from './stream-ends.ts';

/** The part of faye's client that the relay uses; faye ships no types. */
export interface FayeClient {
  disable(feature: 'websocket'): void;
  subscribe(channel: string, listener: () => void): unknown;
  disconnect(): unknown;
}

/** faye calls these for every message in either direction, before it acts on it. */
export interface FayeExtension {
  outgoing(message: Record<string, unknown>, forward: (message: Record<string, unknown> | null) => void): void;
  incoming(message: unknown, forward: (message: unknown) => void): void;
}

interface Envelope {
  timer?: NodeJS.Timeout;
  request?: Promise<ClientRequest | undefined>;
}

/** faye's own bookkeeping, as far as it must be watched, and cleared of a client that is thrown away. */
interface Dispatcher {
  _envelopes?: Map<string, Envelope>;
  _sendEnvelope(envelope: Envelope): void;
  handleResponse(reply: unknown): void;
  handleError(): void;
  close(): void;
}

/**
 * A client with the connection's current token. faye would try a WebSocket first, which Salesforce does not speak, and
 * sends a failed request again every 5 s, with the same token and for ever: here it is told to `onFault` instead.
 */
export function createFayeClient(
  connection: Connection,
  extension: FayeExtension,
  onFault: (end: StreamEnd) => void,
): FayeClient {
  const client = connection.streaming.createClient([extension]) as unknown as FayeClient & { _dispatcher: Dispatcher };
  client.disable('websocket');
  const dispatcher = client._dispatcher;
  // faye reads a property of each element of a reply without looking: a null in it would end the process.
  const handle = dispatcher.handleResponse.bind(dispatcher);
  dispatcher.handleResponse = (reply) => {
    if (typeof reply === 'object' && reply !== null) handle(reply);
  };
  watchRequests(dispatcher, onFault);
  return client;
}

/** faye hides the status of an answer, and does not see one that breaks off. */
function watchRequests(dispatcher: Dispatcher, onFault: (end: StreamEnd) => void): void {
  let isUnreadable = false;
  dispatcher.handleError = () => {
    isUnreadable = true;
    // A socket that was dead before the request can fail it before it is watched.
    setImmediate(() => onFault('connection_lost'));
  };
  const seen = new WeakSet<ClientRequest>();
  const watch = (request: ClientRequest | undefined) => {
    // Messages of one batch share a request.
    if (request === undefined || seen.has(request)) return;
    seen.add(request);
    request.on('error', () => onFault('connection_lost'));
    request.on('response', (response) => {
      const end = streamEndOfStatus(response.statusCode ?? 0);
      if (end !== undefined) return onFault(end);
      // faye has read the body by then.
      response.on('end', () => isUnreadable && onFault('unusable_reply'));
      response.on('close', () => response.complete || onFault('connection_lost'));
    });
  };
  const send = dispatcher._sendEnvelope.bind(dispatcher);
  dispatcher._sendEnvelope = (envelope) => {
    send(envelope);
    void envelope.request?.then(watch);
  };
}

/**
 * Ends a client at once. faye aborts neither the open long poll nor its timers on disconnect, and would go on
 * beside the next client.
 */
export function discardFayeClient(client: FayeClient): void {
  const { _dispatcher: dispatcher } = client as FayeClient & { _dispatcher: Dispatcher };
  for (const { timer, request } of dispatcher._envelopes?.values() ?? []) {
    clearTimeout(timer);
    void request?.then((started) => started?.destroy());
  }
  dispatcher._envelopes?.clear();
  dispatcher.close();
}
