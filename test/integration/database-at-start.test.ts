import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '../emulators/postgres.ts';
import { startWorld, type World } from '../emulators/world.ts';
import { relayProcess } from './relay-process.ts';

const RELAY_ADMIN_TOKEN = 'a-token-of-some-length';

let folder: string;
let postgres: PostgresServer;
let world: World;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relay-database-'));
  postgres = await startPostgres();
  world = await startWorld();
});

afterAll(async () => {
  await world.close();
  await postgres.remove();
  rmSync(folder, { recursive: true, force: true });
});

const relay = (databaseUrl: string) =>
  relayProcess(['run'], { ...world.environment, PORT: '0', DATABASE_URL: databaseUrl, RELAY_ADMIN_TOKEN }, folder);

async function readyz(ready: string): Promise<{ status: number; codes: string[] }> {
  const response = await fetch(ready, { headers: { connection: 'close' } });
  const { reasons } = (await response.json()) as { reasons: { code: string }[] };
  return { status: response.status, codes: reasons.map(({ code }) => code) };
}

test('a database that is down at the start is waited for, and /readyz says so', async () => {
  await postgres.stop();
  const { child, ended, said, stderr } = relay(postgres.url('start'));
  const ready = await said(/"ready":"([^"]+)"/);
  await said(/DATABASE_UNREACHABLE/);
  expect(await readyz(ready)).toEqual({ status: 503, codes: ['DATABASE_UNREACHABLE'] });
  const headers = { authorization: `Bearer ${RELAY_ADMIN_TOKEN}`, connection: 'close' };
  const overview = await fetch(new URL('/api/overview', ready), { headers });
  expect([overview.status, await overview.json()]).toMatchObject([503, { code: 'RELAY_STARTING' }]);
  await postgres.start();
  await said(/Subscribed to Salesforce/);
  expect(await readyz(ready)).toEqual({ status: 200, codes: [] });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(stderr().match(/DATABASE_UNREACHABLE/g)).toHaveLength(1);
});

test('a relay that waits for its database ends when it is told to', async () => {
  await postgres.stop();
  const { child, ended, said } = relay(postgres.url('stop'));
  await said(/DATABASE_UNREACHABLE/);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  await postgres.start();
});

test('a password that is wrong is not waited with', async () => {
  const { ended, stderr } = relay(postgres.url('start').replace(/:[^:@]+@/, ':wrong@'));
  expect(await ended).toBe(1);
  expect(stderr()).toContain('[STORE_FAILED]');
});
