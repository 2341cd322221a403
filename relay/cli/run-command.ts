import { readFileSync } from 'node:fs';
import { commitOf } from '../config/commit.ts';
import type { Environment } from '../config/environment.ts';
import type { RelayError } from '../config/relay-error.ts';
import { VERSION } from '../config/version.ts';
import { notOpenYet } from '../pipeline/readiness.ts';
import { createRelay, type Relay } from '../pipeline/relay.ts';
import { consoleRoutes } from '../server/console/console-routes.ts';
import { startHttpServer } from '../server/http-server.ts';
import { webhookRoutes } from '../server/webhook/onesignal-webhook.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
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
    routes: [
      consoleRoutes({ environment, commit, view: () => relay?.view, alerts: () => relay?.alerts() ?? [], onDefect }),
      ...webhookRoutes(environment, { intake: () => relay?.engagement, metrics }),
    ],
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
