import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { RelayError } from '../config/relay-error.ts';
import type { Readiness } from '../pipeline/readiness.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface HttpServerOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  version: string;
  readiness(): Readiness;
  metrics: Metrics;
  /** Brings gauges up to date before they are read. */
  beforeMetrics(): Promise<void>;
}

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
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok', version: options.version });
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
  const server = createServer(app);
  await listen(server, options.port, options.host);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, close: () => close(server) };
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
