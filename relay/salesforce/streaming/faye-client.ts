import type { Connection } from 'jsforce';

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

/** faye's own bookkeeping, as far as a client that is thrown away must be cleared of it. */
interface Dispatcher {
  _envelopes?: Map<string, { timer?: NodeJS.Timeout; request?: Promise<{ abort?: () => void } | undefined> }>;
  handleResponse(reply: unknown): void;
  close(): void;
}

/** A client with the connection's current token. faye would try a WebSocket first, which Salesforce does not speak. */
export function createFayeClient(connection: Connection, extension: FayeExtension): FayeClient {
  const client = connection.streaming.createClient([extension]) as unknown as FayeClient & { _dispatcher: Dispatcher };
  client.disable('websocket');
  // faye reads a property of each element of a reply without looking: a null in it would end the process.
  const dispatcher = client._dispatcher;
  const handle = dispatcher.handleResponse.bind(dispatcher);
  dispatcher.handleResponse = (reply) => handle(typeof reply === 'object' && reply !== null ? reply : {});
  return client;
}

/**
 * Ends a client at once. faye aborts neither the open long poll nor its timers on disconnect, and would go on
 * beside the next client.
 */
export function discardFayeClient(client: FayeClient): void {
  const { _dispatcher: dispatcher } = client as FayeClient & { _dispatcher: Dispatcher };
  for (const { timer, request } of dispatcher._envelopes?.values() ?? []) {
    clearTimeout(timer);
    void request?.then((started) => started?.abort?.());
  }
  dispatcher._envelopes?.clear();
  dispatcher.close();
}
