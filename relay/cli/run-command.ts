import type { Environment } from '../config/environment.ts';
import { VERSION } from '../config/version.ts';
import { createRelay } from '../pipeline/relay.ts';
import { startHttpServer } from '../server/http-server.ts';
import { openStore } from '../store/open-store.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { stopSignal } from './stop-signal.ts';

/** Runs the relay and its health page until SIGTERM or SIGINT; what is under way is finished, the rest is kept. */
export async function runCommand(environment: Environment): Promise<void> {
  const logger = createLogger(environment.log);
  const metrics = createMetrics();
  const store = await openStore(environment);
  try {
    const relay = createRelay({ environment, store, logger, metrics });
    const { readiness, measure } = relay;
    const server = await startHttpServer({
      ...environment.server,
      version: VERSION,
      readiness,
      metrics,
      beforeMetrics: measure,
    });
    logger.info('The relay runs.', {
      version: VERSION,
      health: `${server.url}/healthz`,
      ready: `${server.url}/readyz`,
    });
    try {
      await relay.run(stopSignal());
      logger.info('The relay has stopped.');
    } finally {
      await server.close();
    }
  } finally {
    await store.close();
  }
}
