import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, withoutAlerts } from '../../config/environment.ts';
import { createRelay } from '../../pipeline/relay.ts';
import type { StreamTiming } from '../../salesforce/streaming/cometd-source.ts';
import { openStore } from '../../store/open-store.ts';
import type { RecordChange, Store } from '../../store/store.ts';
import { SILENT_LOGGER } from '../../telemetry/logger.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import type { OurRecords } from './our-records.ts';
import type { RelayAtWork } from './relay-at-work.ts';

export interface OwnRelayOptions {
  environment: Environment;
  /** It takes no other record: nothing else in the org is synced by a look. */
  ours: OurRecords;
  streamTiming: Partial<StreamTiming> | undefined;
}

/** Runs the relay itself, for where none runs yet, with a store of its own that is gone with it. @throws RelayError as opening a store does */
export async function startOwnRelay({ environment, ours, streamTiming }: OwnRelayOptions): Promise<RelayAtWork> {
  const dataDir = await mkdtemp(join(tmpdir(), 'relay-doctor-'));
  const store = onlyOurs(await openStore({ databaseUrl: undefined, dataDir }), ours);
  const stopping = new AbortController();
  const relay = createRelay({
    // The doctor tells what it finds itself.
    environment: withoutAlerts(environment),
    store,
    logger: SILENT_LOGGER,
    metrics: createMetrics(),
    streamTiming,
  });
  const running = relay.run(stopping.signal).catch(() => undefined);
  return {
    store,
    standsStill() {
      const { isReady, reasons } = relay.readiness();
      return isReady ? undefined : reasons.map(({ code, message }) => `${message} (${code})`).join(' ');
    },
    async stop() {
      stopping.abort();
      await running;
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function onlyOurs(store: Store, ours: OurRecords): Store {
  const oursOf = async (changes: readonly RecordChange[]) => {
    const kept: RecordChange[] = [];
    for (const change of changes) if (await ours.has(change.recordId)) kept.push(change);
    return kept;
  };
  return {
    ...store,
    async commitEvents(batch) {
      return store.commitEvents({ ...batch, changes: await oursOf(batch.changes), transitions: [] });
    },
    // A Journey or a message for a lead that is none would reach nobody, and count.
    commitSync: (results, now) =>
      store.commitSync(
        results.map((result) => ({ ...result, transitions: [] })),
        now,
      ),
    async commitReconciled(pass) {
      return store.commitReconciled({ ...pass, changes: await oursOf(pass.changes) });
    },
  };
}
