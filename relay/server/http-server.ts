import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { TrustProxy } from '../config/environment.ts';
import { RelayError } from '../config/relay-error.ts';
import type { Readiness } from '../pipeline/readiness.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** An `import` of it would read all its exports, WebSocket with them, and that loads Node's own copy of undici: 14 MB. */
const { createServer } = process.getBuiltinModule('node:http');

export interface HttpServerOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** How many proxies, or which, may say where a request is from; nobody may without it. */
  trustProxy?: TrustProxy;
  version: string;
  /** That the code was built from; null where nobody knows. */
  commit?: string | null;
  readiness(): Readiness;
  metrics: Metrics;
  /** Brings gauges up to date before they are read. */
  beforeMetrics(): Promise<void>;
  /** What else it serves: each mounts its own paths. */
  routes?: readonly ((app: Express) => void)[];
  /** Something that no route may throw was thrown. */
  onDefect?(error: unknown): void;
}

/** Nothing that is served here is a page, unless a route says so: it loads nothing and nobody may frame it. */
const HEADERS = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
});

export interface HttpServer {
  url: string;
  close(): Promise<void>;
}

/**
 * `/healthz` (the process lives), `/readyz` (it does its job; 503 and why otherwise), `/metrics` (Prometheus).
 * @throws RelayError PORT_IN_USE, LISTEN_FAILED
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const app = express();
  app.use(HEADERS);
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok', version: options.version, commit: options.commit ?? null });
  });
  app.get('/readyz', (_request, response) => {
    const { isReady, reasons, warnings } = options.readiness();
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not_ready', reasons, warnings });
  });
  app.get('/metrics', async (_request, response) => {
    // Old gauges are better than none at all, above all while the store does not work.
    await options.beforeMetrics().catch(() => undefined);
    response.type(options.metrics.registry.contentType).send(await options.metrics.registry.metrics());
  });
  app.set('trust proxy', options.trustProxy ?? false);
  for (const mount of options.routes ?? []) mount(app);
  // Express's own pages for these would set other headers, and show where in the code a defect is.
  app.use((_request, response) => void response.status(404).type('text').send('There is nothing here.\n'));
  app.use(answerDefect(options.onDefect));
  const server = createServer(app);
  await listen(server, options.port, options.host);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, close: () => close(server) };
}

function answerDefect(tell: HttpServerOptions['onDefect']) {
  return (error: unknown, _request: Request, response: Response, next: NextFunction): void => {
    const status = isHttpError(error) && error.status < 500 ? error.status : 500;
    if (status === 500) tell?.(error);
    if (response.headersSent) {
      next(error);
      return;
    }
    const text = status < 500 ? 'The request can’t be understood.' : 'The relay met a defect of its own.';
    response.status(status).type('text').send(`${text}\n`);
  };
}

function isHttpError(error: unknown): error is { status: number } {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status >= 400;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      const message = isTaken
        ? `The port ${port} on ${host} is in use.`
        : `The relay can't listen on ${host}, port ${port}.`;
      reject(new RelayError(isTaken ? 'PORT_IN_USE' : 'LISTEN_FAILED', message, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
