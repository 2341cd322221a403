import type { Environment } from '../../../../relay/config/environment.ts';
import type { RelayView } from '../../../../relay/pipeline/relay-view.ts';
import { type ConsoleOptions, consoleRoutes } from '../../../../relay/server/console/console-routes.ts';
import { startHttpServer } from '../../../../relay/server/http-server.ts';
import { createMetrics } from '../../../../relay/telemetry/metrics.ts';

export const TOKEN = 'a-token-of-some-length';

/** Clocks that the test moves, ms. */
export interface MovedClocks {
  wall: number;
  elapsed: number;
}

export interface ServedConsole {
  url: string;
  clocks: MovedClocks;
  /** With no header but these, as programs send it. */
  ask(path: string, init?: { method?: string; headers?: Record<string, string>; body?: unknown }): Promise<Asked>;
}

export interface Asked {
  status: number;
  headers: Headers;
  text: string;
  json(): unknown;
}

/** Serves the console of a view that tells what a test gives it, and nothing else. */
export async function withConsole(
  given: Partial<ConsoleOptions> & { token?: string | undefined; relay?: object },
  work: (served: ServedConsole) => Promise<void>,
): Promise<void> {
  const { token, relay = {}, ...options } = { token: TOKEN, ...given };
  const clocks: MovedClocks = { wall: 1_764_000_000_000, elapsed: 0 };
  const environment = {
    adminToken: token,
    salesforce: { channel: '/event/E' },
    onesignal: { appId: 'app' },
  } as Environment;
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    version: '0.0.0',
    readiness: () => ({ isReady: true, reasons: [], warnings: [] }),
    metrics: createMetrics(),
    beforeMetrics: async () => undefined,
    routes: [
      consoleRoutes({
        environment,
        commit: null,
        view: () => relay as RelayView,
        clocks: { now: () => clocks.wall, elapsed: () => clocks.elapsed },
        ...options,
      }),
    ],
  });
  const ask: ServedConsole['ask'] = async (path, { method = 'GET', headers = {}, body } = {}) => {
    const sent = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(server.url + path, {
      method,
      redirect: 'manual',
      headers: { connection: 'close', ...sent, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
  };
  try {
    await work({ url: server.url, clocks, ask });
  } finally {
    await server.close();
  }
}

export const BEARER = { authorization: `Bearer ${TOKEN}` };

/** Logs in, and gives the cookie as a browser sends it back. */
export async function loggedIn({ ask }: ServedConsole): Promise<{ cookie: string }> {
  const { headers } = await ask('/api/login', { method: 'POST', body: { token: TOKEN } });
  return { cookie: String(headers.get('set-cookie')?.split(';')[0]) };
}
