import { readFileSync } from 'node:fs';
import { readEnvironment } from '../../relay/config/environment.ts';
import { createRelay } from '../../relay/pipeline/relay.ts';
import { openStore } from '../../relay/store/open-store.ts';
import { SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { createMetrics } from '../../relay/telemetry/metrics.ts';
import { killAtStep } from './kill-at-step.ts';
import type { LifeState } from './life.ts';

/** The relay in a process of its own, which ends itself at a step of the store, and tells its parent how far it is. */

const REPORT_MS = 20;

const { CRASH_STEP, CRASH_NTH, ...variables } = process.env;

const environment = readEnvironment(variables, (path) => readFileSync(path, 'utf8'));
const opened = await openStore(environment);
const relay = createRelay({
  environment,
  store: killAtStep(opened, CRASH_STEP, Number(CRASH_NTH ?? 1)),
  logger: SILENT_LOGGER,
  metrics: createMetrics(),
});

const stopping = new AbortController();
process.once('message', () => stopping.abort());
const onParentGone = () => process.exit(1);
process.once('disconnect', onParentGone);

let last = '';
const report = async () => {
  const { due, pendingWriteBacks } = await opened.counts();
  const { isReady } = relay.readiness();
  const state: LifeState = { isReady, due, pendingWriteBacks };
  const text = JSON.stringify(state);
  if (text !== last) process.send?.(state);
  last = text;
};
const reporting = setInterval(() => void report().catch(() => undefined), REPORT_MS);

await relay.run(stopping.signal).finally(() => clearInterval(reporting));
await opened.close();
process.off('disconnect', onParentGone).disconnect();
