import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../relay/config/environment.ts';
import type { Sleep } from '../../relay/pipeline/gate.ts';
import { createRelay, type Relay } from '../../relay/pipeline/relay.ts';
import type { StreamTiming } from '../../relay/salesforce/streaming/cometd-source.ts';
import { openStore } from '../../relay/store/open-store.ts';
import type { Store } from '../../relay/store/store.ts';
import { type Logger, SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { createMetrics, type Metrics } from '../../relay/telemetry/metrics.ts';
import { asProcess, type OneProcess } from './one-process.ts';
import { CHANNEL, type World } from './world.ts';

/** A relay in this process, against a world. */
export interface RunningRelay {
  relay: Relay;
  store: Store;
  /** The store as this relay may write to it. */
  process: OneProcess;
  metrics: Metrics;
  dataDir: string;
  /** Resolves when the relay is subscribed and everything that changed so far has its verdict on the record. */
  settled(deadlineMs?: number): Promise<void>;
  /** Resolves once the condition holds. */
  until(what: string, condition: () => boolean | Promise<boolean>, deadlineMs?: number): Promise<void>;
  /** Graceful; the data folder stays unless `startRelay` made it. */
  stop(options?: { keepData?: boolean }): Promise<void>;
  /** For a relay that was stopped with `keepData`. */
  discardData(): void;
}

export interface StartOptions {
  variables?: Record<string, string>;
  dataDir?: string;
  logger?: Logger;
  /** How often settings and mapping are read, ms; as in production without it. */
  setupEveryMs?: number;
  /** How often reconcile runs, ms, where RELAY_RECONCILE_MINUTES would be too long for a test. */
  reconcileEveryMs?: number;
  /** How often alerts are judged, ms; as in production without it. */
  alertEveryMs?: number;
  /** How long what failed rests. */
  restAfterFault?: Sleep;
  /** How long the stream waits for what; as in production without it. */
  streamTiming?: Partial<StreamTiming>;
  /** False: don't wait until the relay is ready. */
  waitsForReady?: boolean;
  /** Wraps the store, to make it fail on purpose. */
  wrapStore?: (store: Store) => Store;
}

const POLL_MS = 10;

export async function startRelay(world: World, options: StartOptions = {}): Promise<RunningRelay> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'relay-'));
  const variables = { ...world.environment, RELAY_DATA_DIR: dataDir, ...options.variables };
  const environment = readEnvironment(variables, String);
  if (options.reconcileEveryMs !== undefined) environment.reconcileMinutes = options.reconcileEveryMs / 60_000;
  const metrics = createMetrics();
  const opened = await openStore(environment);
  let epoch = -1;
  const joining = {
    ...opened,
    async join() {
      const standing = await opened.join();
      epoch = standing.epoch;
      return standing;
    },
  };
  const store = options.wrapStore?.(joining) ?? joining;
  const { logger = SILENT_LOGGER, setupEveryMs, streamTiming, alertEveryMs, restAfterFault } = options;
  const pace = setupEveryMs === undefined ? undefined : { settingsMs: setupEveryMs, mappingMs: setupEveryMs };
  const relay = createRelay({
    environment,
    store,
    logger,
    metrics,
    setupPace: pace,
    streamTiming,
    alertEveryMs,
    restAfterFault,
  });
  const stopping = new AbortController();
  let failure: unknown;
  const run = relay.run(stopping.signal).catch((error: unknown) => {
    failure = error;
  });

  const until: RunningRelay['until'] = async (what, condition, deadlineMs = 30_000) => {
    const deadline = Date.now() + deadlineMs;
    while (!(await condition())) {
      if (failure !== undefined) throw failure;
      if (Date.now() > deadline) throw new Error(`Waited ${deadlineMs} ms in vain: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  const isReady = () => relay.readiness().isReady || relay.readiness().reasons.some(({ code }) => code === 'PAUSED');
  if (options.waitsForReady !== false) await until('the relay is ready', isReady);

  const lastAtStart = world.org.lastReplayId(CHANNEL);
  const isSettled = async () => {
    const last = world.org.lastReplayId(CHANNEL);
    const cursor = await store.cursor(CHANNEL);
    const isCaughtUp = cursor === JSON.stringify(last) || (cursor === undefined && last === lastAtStart);
    const { due, pendingWriteBacks } = await store.counts();
    return isCaughtUp && due === 0 && pendingWriteBacks === 0;
  };

  return {
    relay,
    store,
    process: asProcess(store, () => epoch),
    metrics,
    dataDir,
    until,
    settled: (deadlineMs) => until('everything is settled', isSettled, deadlineMs),
    async stop({ keepData = false } = {}) {
      stopping.abort();
      await run;
      await opened.close();
      if (!keepData) rmSync(dataDir, { recursive: true, force: true });
      if (failure !== undefined) throw failure;
    },
    discardData: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}
