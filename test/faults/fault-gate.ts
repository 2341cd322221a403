import { createServer, type IncomingMessage, request as requestOverHttp, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SeenRequest } from '../crash/request-names.ts';

/** What becomes of one request. `reset`: cut off before it was applied; `lost`: applied, then cut off. */
export type Strike =
  | { kind: 'reset' | 'lost' }
  | { kind: 'answer'; status: number; body: unknown; headers?: Record<string, string> };

export interface FaultGateOptions {
  /** The emulator behind the gate. */
  target: string;
  /** Asked for each request before the emulator has it; undefined lets it pass. */
  onRequest(request: SeenRequest): Strike | undefined;
  /** Told of each answer of the emulator before the relay has it. */
  onAnswer(request: SeenRequest, answer: string): void;
  /** The answer that the relay gets. */
  rewrite(answer: string): string;
}

export interface FaultGate {
  url: string;
  close(): Promise<void>;
}

/** Stands between the relay and an emulator and can make any single request fail. */
export async function startFaultGate(options: FaultGateOptions): Promise<FaultGate> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => pass(options, request, response, Buffer.concat(chunks).toString('utf8')));
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

function pass(options: FaultGateOptions, request: IncomingMessage, response: ServerResponse, body: string): void {
  const { method = 'GET', url: path = '/', headers } = request;
  const seen: SeenRequest = { method, path, body };
  const strike = options.onRequest(seen);
  if (strike?.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (strike?.kind === 'answer') {
    const isText = typeof strike.body === 'string';
    const type = isText ? 'text/html' : 'application/json';
    response.writeHead(strike.status, { 'content-type': type, ...strike.headers });
    response.end(isText ? strike.body : JSON.stringify(strike.body));
    return;
  }
  const upstream = requestOverHttp(options.target + path, { method, headers }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('error', () => response.destroy());
    answer.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      options.onAnswer(seen, text);
      if (strike?.kind === 'lost') return void request.socket.resetAndDestroy();
      const { 'content-length': _, 'transfer-encoding': __, connection: ___, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, kept).end(options.rewrite(text));
    });
  });
  upstream.on('error', () => response.destroy());
  response.on('close', () => {
    // Only a long poll ends with its connection; a write that was sent is done.
    if (!response.writableFinished && path.startsWith('/cometd')) upstream.destroy();
  });
  upstream.end(body);
}
