import { createServer, type IncomingMessage, request as requestOverHttp, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came to a proxy. */
export interface SeenRequest {
  method: string;
  /** With the query. */
  path: string;
  body: string;
}

/** One request on its way: what the proxy's owner may do with it. */
export interface ProxiedRequest {
  seen: SeenRequest;
  request: IncomingMessage;
  response: ServerResponse;
  /** Asks the server behind; `onAnswer` is told what came, whole, and passes on what the asker is to have. */
  forward(onAnswer: OnAnswer): void;
}

/** `breaksOff`: the connection ends in the middle of the text. */
type PassOn = (text: string, how?: { breaksOff: boolean }) => void;
type OnAnswer = (text: string, passOn: PassOn) => void;

export interface RunningProxy {
  url: string;
  close(): Promise<void>;
}

/** Stands before an emulator and leaves to its owner what becomes of each request and each answer. */
export async function startProxy(target: string, onRequest: (one: ProxiedRequest) => void): Promise<RunningProxy> {
  const server = createServer((request, response) => {
    collect(request, response, (body) => {
      const { method = 'GET', url: path = '/' } = request;
      const seen = { method, path, body };
      const forward: ProxiedRequest['forward'] = (onAnswer) => ask(target, seen, request, response, onAnswer);
      onRequest({ seen, request, response, forward });
    });
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function ask(
  target: string,
  { method, path, body }: SeenRequest,
  { headers }: IncomingMessage,
  response: ServerResponse,
  onAnswer: OnAnswer,
): void {
  // Answers are looked at as text, so they come uncompressed.
  const { 'accept-encoding': _, ...plain } = headers;
  const upstream = requestOverHttp(target + path, { method, headers: plain }, (answer) => {
    collect(answer, response, (text) => {
      onAnswer(text, (given, { breaksOff } = { breaksOff: false }) => {
        const { 'transfer-encoding': _chunks, connection: _alive, ...kept } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, { ...kept, 'content-length': Buffer.byteLength(given) });
        if (breaksOff) response.write(given.slice(0, Math.ceil(given.length / 2)), () => response.destroy());
        else response.end(given);
      });
    });
  });
  upstream.on('error', () => response.destroy());
  response.on('close', () => {
    // A request that was sent is not called back by the end of its sender; only a long poll ends with its connection.
    if (!response.writableFinished && path.startsWith('/cometd')) upstream.destroy();
  });
  upstream.end(body);
}

function collect(message: IncomingMessage, response: ServerResponse, whole: (text: string) => void): void {
  const chunks: Buffer[] = [];
  message.on('data', (chunk: Buffer) => chunks.push(chunk));
  message.on('end', () => whole(Buffer.concat(chunks).toString('utf8')));
  message.on('error', () => response.destroy());
}
