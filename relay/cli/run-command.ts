import { readFileSync } from 'node:fs';
import type { Express } from 'express';
import { commitOf } from '../config/commit.ts';
import type { Environment } from '../config/environment.ts';
import type { RelayError } from '../config/relay-error.ts';
import { VERSION } from '../config/version.ts';
import { notOpenYet } from '../pipeline/readiness.ts';
import { createRelay, type Relay } from '../pipeline/relay.ts';
import { startHttpServer } from '../server/http-server.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { placeOf } from '../telemetry/stack-frames.ts';
import { endInTime } from './end-in-time.ts';
import { stopSignal } from './stop-signal.ts';
import { waitForStore } from './waiting-store.ts';

/** Runs the relay and its health page until SIGTERM or SIGINT; what is under way is finished, the rest is kept. */
export async function runCommand(environment: Environment): Promise<void> {
  const logger = createLogger(environment.log);
  const metrics = createMetrics();
  const signal = stopSignal();
  const commit = commitOf(process.env, (path) => readFileSync(path, 'utf8'));
  endInTime(signal, logger);
  let relay: Relay | undefined;
  let noStore: RelayError | undefined;
  const onDefect = (error: unknown) =>
    logger.error('A page or an API of the relay met a defect.', { where: placeOf(error) });
  const server = await startHttpServer({
    ...environment.server,
    version: VERSION,
    commit,
    readiness: () => relay?.readiness() ?? notOpenYet(noStore),
    metrics,
    beforeMetrics: async () => relay?.measure(),
    onDefect,
    routes: await routesSwitchedOn(environment, { commit, relay: () => relay, metrics, onDefect }),
  });
  try {
    logger.info('The relay runs.', {
      version: VERSION,
      commit: commit ?? undefined,
      health: `${server.url}/healthz`,
      ready: `${server.url}/readyz`,
    });
    const onWait = (error: RelayError) => {
      noStore = error;
    };
    const store = await waitForStore(environment, { logger, onWait }, signal);
    try {
      if (store !== undefined) {
        relay = createRelay({ environment, store, logger, metrics });
        await relay.run(signal);
      }
      logger.info('The relay has stopped.');
    } finally {
      await store?.close();
    }
  } finally {
    await server.close();
  }
}

interface Served {
  commit: string | null;
  /** Undefined while the store is waited for. */
  relay: () => Relay | undefined;
  metrics: Metrics;
  onDefect: (error: unknown) => void;
}

/** What is switched off is not loaded: it would take memory for nothing. */
async function routesSwitchedOn(
  environment: Environment,
  { commit, relay, metrics, onDefect }: Served,
): Promise<((app: Express) => void)[]> {
  const routes: ((app: Express) => void)[] = [];
  if (environment.adminToken !== undefined) {
    const { consoleRoutes } = await import('../server/console/console-routes.ts');
    const [view, alerts] = [() => relay()?.view, () => relay()?.alerts() ?? []];
    routes.push(consoleRoutes({ environment, commit, view, alerts, onDefect }));
  }
  if (environment.webhook !== undefined) {
    const { webhookRoutes } = await import('../server/webhook/onesignal-webhook.ts');
    routes.push(...webhookRoutes(environment, { intake: () => relay()?.engagement, metrics }));
  }
  return routes;
}
