import { type Environment, withoutAlerts } from '../config/environment.ts';
import { sleep } from '../pipeline/gate.ts';
import { createRelay } from '../pipeline/relay.ts';
import type { Store } from '../store/store.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';

/** What keeps the relay from its work is told once it has for so long, ms. */
const PATIENCE_MS = 10_000;

/**
 * Runs the relay for as long as a command's work takes, where none runs on the store: live changes have their turn
 * first then as well.
 * @throws RelayError as the relay does
 */
export async function withRelay<T>(
  environment: Environment,
  store: Store,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const logger = createLogger({ ...environment.log, level: 'error' });
  const relay = createRelay({ environment: withoutAlerts(environment), store, logger, metrics: createMetrics() });
  const over = new AbortController();
  const stopping = AbortSignal.any([signal, over.signal]);
  const running = relay.run(stopping);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  running.catch(reject);
  void tellWhatHolds(() => relay.readiness().reasons.map(({ message, next }) => `${message} ${next}`), stopping);
  try {
    return await Promise.race([work(stopping), failed]);
  } finally {
    over.abort();
    await running.catch(() => undefined);
  }
}

async function tellWhatHolds(reasons: () => string[], signal: AbortSignal): Promise<void> {
  let told = '';
  while (!signal.aborted) {
    await sleep(PATIENCE_MS, signal);
    const now = reasons().join('\n');
    if (now !== told && now !== '' && !signal.aborted) process.stderr.write(`${now}\n`);
    told = now;
  }
}
