import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../relay/config/environment.ts';
import { createGate } from '../../relay/pipeline/gate.ts';
import { createReconcile, type Reconcile } from '../../relay/pipeline/reconcile.ts';
import { createSetup } from '../../relay/pipeline/setup.ts';
import { requestAccessToken } from '../../relay/salesforce/access-token.ts';
import { createRecordReader } from '../../relay/salesforce/record-reader.ts';
import { createSession } from '../../relay/salesforce/session.ts';
import { openSqliteStore } from '../../relay/store/sqlite-store.ts';
import type { Store } from '../../relay/store/store.ts';
import { SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { joined, type OneProcess } from '../emulators/one-process.ts';
import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import { startWorld, type World } from '../emulators/world.ts';

/** Reconcile on an emulated org and a store of its own, without the workers, and a clock that tests move. */
export interface UnderTest {
  world: World;
  store: Store;
  process: OneProcess;
  reconcile: Reconcile;
  /** What Salesforce takes for now, ms since 1970. */
  time: number;
  /** A lead that somebody in sales creates at this time. */
  lead(at?: number): string;
  leads(count: number, at?: number): void;
  /** As `reconcile`, in a relay that was started again. */
  restarted(): Reconcile;
  /** SOQL of every query since the last call. */
  asked(): string[];
  close(): Promise<void>;
}

export const NOON = Date.parse('2026-11-25T12:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export async function startUnderTest(): Promise<UnderTest> {
  const clock = { time: NOON };
  const world = await startWorld({ org: { clock: () => clock.time } });
  const dataDir = mkdtempSync(join(tmpdir(), 'reconcile-'));
  const store = openSqliteStore(dataDir);
  const oneProcess = await joined(store);
  const { salesforce } = readEnvironment({ ...world.environment, RELAY_DATA_DIR: dataDir }, String);
  const { apiVersion } = salesforce;
  const session = createSession({ apiVersion, requestToken: () => requestAccessToken(salesforce) });
  await session.open();
  const atOrgTime = { ...session, now: () => clock.time };
  const gate = createGate({ side: 'Salesforce', logger: SILENT_LOGGER, now: () => clock.time });
  const setup = createSetup({ session, gate, logger: SILENT_LOGGER, onPause: () => undefined });
  await setup.refresh();
  const reader = createRecordReader(session, () => setup.mappedFields);
  const started = () =>
    createReconcile({
      store,
      reader,
      session: atOrgTime,
      setup,
      logger: SILENT_LOGGER,
      epoch: () => oneProcess.epoch,
      now: () => clock.time,
      onDue: () => undefined,
    });

  const { open } = world.org;
  let asked: string[] = [];
  world.org.open = (soql, as, options) => {
    asked.push(soql);
    return open(soql, as, options);
  };
  const create = (at = clock.time) => {
    const now = clock.time;
    clock.time = at;
    const values: FieldValues = { LastName: 'Doe', Company: 'Acme' };
    const saved = world.org.create('Lead', values, world.seller);
    clock.time = now;
    if (!saved.success) throw new Error('not saved');
    return saved.id;
  };
  return {
    world,
    store,
    process: oneProcess,
    reconcile: started(),
    get time() {
      return clock.time;
    },
    set time(time) {
      clock.time = time;
    },
    lead: create,
    leads(count, at) {
      for (let n = 0; n < count; n += 1) create(at);
    },
    restarted: started,
    asked() {
      const since = asked;
      asked = [];
      return since;
    },
    async close() {
      await store.close();
      await world.close();
      rmSync(dataDir, { recursive: true, force: true });
      if (world.salesforce.stats.emulatorErrors.length > 0) throw new Error('the emulated org was asked too much');
    },
  };
}
