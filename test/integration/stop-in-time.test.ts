import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '../emulators/postgres.ts';
import { startWorld, type World } from '../emulators/world.ts';
import { startFaultGate } from '../faults/fault-gate.ts';
import { relayProcess } from './relay-process.ts';

let folder: string;
let world: World;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relay-stop-'));
  world = await startWorld({ onesignal: { latencyMs: 3_000 } });
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Heroku sends SIGTERM and kills after 30 s; the relay promises to be done in less. */
const KILLED_AFTER_MS = 25_000;

type RelayProcess = ReturnType<typeof relayProcess>;

/** As a host does. @returns the exit code; null where the process had to be killed */
async function stopAsHost({ child, ended }: RelayProcess): Promise<number | null> {
  child.kill('SIGTERM');
  const killing = setTimeout(() => child.kill('SIGKILL'), KILLED_AFTER_MS);
  const code = await ended;
  clearTimeout(killing);
  return code;
}

const newLead = () => String(world.org.create('Lead', { LastName: 'Okafor', Company: 'Acme' }, world.seller).id);
const statusOf = (id: string) => world.org.peek('Lead', id)?.OneSignal_Sync_Status__c;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('a stop waits for slow calls under way, and for the status of what they did', async () => {
  const relay = relayProcess(['run'], { ...world.environment, RELAY_DATA_DIR: folder }, folder);
  await relay.said(/Subscribed to Salesforce/);
  const id = newLead();
  await until(() => world.onesignal.users.byExternalId(id) !== undefined);
  expect(statusOf(id)).toBeNull();
  expect(await stopAsHost(relay)).toBe(0);
  expect(statusOf(id)).toBe('Synced');
});

test('a stop is over in time though both sides never answer', async () => {
  const stall = { kind: 'stall', ms: 120_000 } as const;
  let isHung = false;
  const gate = await startFaultGate({
    target: world.salesforce.url,
    onRequest({ path }) {
      if (!path.includes('/composite/')) return undefined;
      isHung = true;
      return stall;
    },
    rewrite: (_, text) => text.replaceAll(world.salesforce.url, gate.url),
  });
  const environment = { ...world.environment, SALESFORCE_LOGIN_URL: gate.url, RELAY_DATA_DIR: folder };
  const relay = relayProcess(['run'], environment, folder);
  await relay.said(/Subscribed to Salesforce/);
  newLead();
  await until(() => isHung);
  world.onesignal.faults.hang(1, { call: 'create_user' });
  newLead();
  await until(() => world.onesignal.stats.count('create_user', 'hung') === 1);
  expect(await stopAsHost(relay)).toBe(0);
  await gate.close();
});

describe('with PostgreSQL', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());

  test('a stop is over in time though the database hangs, and says that it left something', async () => {
    const environment = { ...world.environment, DATABASE_URL: postgres.url('stop') };
    const relay = relayProcess(['run'], environment, folder);
    await relay.said(/Subscribed to Salesforce/);
    const goOn = await postgres.freeze();
    try {
      expect(await stopAsHost(relay)).toBe(0);
    } finally {
      goOn();
    }
  });
});
