import { createServer, type IncomingMessage, request as requestOverHttp, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SeenRequest } from './request-names.ts';
import type { Moment } from './steps.ts';

export interface GateOptions {
  /** The emulator behind the gate. */
  target: string;
  name(request: SeenRequest): string;
  nameAnswer?(name: string, answer: string): string;
  /** Called at each moment of a request; true when the relay was killed at it. */
  reach(name: string, moment: Moment): boolean;
  /** The relay was killed when the emulator had received this: it is not to be applied now. */
  holdBack(request: SeenRequest): 'forward' | 'discard';
  /** The connection ended before the relay had the whole answer. */
  onUnanswered?(request: SeenRequest): void;
  /** The answer that the relay gets, where it differs. */
  rewrite?(name: string, answer: string): string;
  /** The relay has the answer. */
  onAnswered?(name: string, request: SeenRequest): void;
}

export interface Gate {
  url: string;
  close(): Promise<void>;
}

/** Stands between the relay and an emulator, sees every request and every answer, and can end the relay at each of them. */
export async function startGate(options: GateOptions): Promise<Gate> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => pass(options, request, response, Buffer.concat(chunks)));
    request.on('error', () => response.destroy());
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

function pass(options: GateOptions, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const { method = 'GET', url: path = '/', headers } = request;
  const seen: SeenRequest = { method, path, body: body.toString('utf8') };
  const name = options.name(seen);
  const isKilled = options.reach(name, 'received');
  if (isKilled && options.holdBack(seen) === 'discard') {
    options.onUnanswered?.(seen);
    response.destroy();
    return;
  }
  const upstream = requestOverHttp(options.target + path, { method, headers }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('error', () => response.destroy());
    answer.on('end', () => giveBack(options, name, seen, answer, response, Buffer.concat(chunks)));
  });
  upstream.on('error', () => response.destroy());
  response.on('close', () => {
    if (response.writableFinished) return;
    options.onUnanswered?.(seen);
    // A request that was sent is not called back by the death of its sender; only a long poll ends with its connection.
    if (path.startsWith('/cometd')) upstream.destroy();
  });
  upstream.end(body);
}

function giveBack(
  options: GateOptions,
  asked: string,
  seen: SeenRequest,
  answer: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  const text = body.toString('utf8');
  const name = options.nameAnswer?.(asked, text) ?? asked;
  if (options.reach(name, 'applied') || response.destroyed) {
    response.destroy();
    return;
  }
  const {
    'content-length': _length,
    'transfer-encoding': _encoding,
    connection: _connection,
    ...headers
  } = answer.headers;
  options.onAnswered?.(name, seen);
  response.on('finish', () => void options.reach(name, 'answered'));
  response.writeHead(answer.statusCode ?? 502, headers).end(options.rewrite?.(name, text) ?? text);
}
