import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  createOneSignalClient,
  type OneSignalClient,
  type OneSignalClientOptions,
} from '../../../relay/onesignal/onesignal-client.ts';

type SeenRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly at: number;
};

export type Answer = (request: SeenRequest, response: ServerResponse, socket: Socket) => void;

export type LoopbackServer = {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** Connections that were opened so far. */
  connections(): number;
  /** Settles when `count` requests have come in. */
  arrived(count: number): Promise<void>;
};

const cleanUps: (() => Promise<void>)[] = [];

/** Closes every server and client of the test. */
export async function closeAll(): Promise<void> {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
}

/** An HTTP server on a free port of this machine that answers as told. */
export async function serve(answer: Answer): Promise<LoopbackServer> {
  const seen: SeenRequest[] = [];
  const waits: { count: number; resolve: () => void }[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers, socket } = incoming;
      const request = { method, path: url, headers, body: Buffer.concat(chunks).toString(), at: performance.now() };
      seen.push(request);
      for (const wait of waits) if (seen.length >= wait.count) wait.resolve();
      answer(request, response, socket);
    });
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    connections: () => connections,
    arrived: (count) =>
      new Promise((resolve) => {
        if (seen.length >= count) resolve();
        else waits.push({ count, resolve });
      }),
  };
}

/** Answers with this status and JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** A client of that server. */
export function connect(apiUrl: string, options: Partial<OneSignalClientOptions> = {}): OneSignalClient {
  const client = createOneSignalClient({
    apiUrl,
    appId: 'app-1',
    apiKey: 'os_v2_app_secret',
    requestsPerSecond: 1_000,
    ...options,
  });
  cleanUps.push(() => client.close(0));
  return client;
}
