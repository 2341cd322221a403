import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld } from '../emulators/world.ts';
import { relayProcess } from './relay-process.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-cli-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const relay = (args: readonly string[], env: Record<string, string>) =>
  relayProcess(args, { RELAY_DATA_DIR: folder, ...env }, folder);

test('a bad environment is told whole, each problem with its fix, and ends with 2', async () => {
  const { ended, stderr } = relay(['run'], { ONESIGNAL_APP_ID: 'mine', PORT: 'many', LOG_LEVEL: 'loud' });
  expect(await ended).toBe(2);
  for (const name of [
    'SALESFORCE_LOGIN_URL',
    'SALESFORCE_CLIENT_ID',
    'SALESFORCE_CLIENT_SECRET',
    'ONESIGNAL_APP_ID',
    'ONESIGNAL_API_KEY',
    'PORT',
    'LOG_LEVEL',
  ]) {
    expect(stderr()).toMatch(new RegExp(`- ${name} .*: `));
  }
  expect(stderr()).toContain('[ENVIRONMENT_INVALID]');
});

test('a port in use is one clear sentence with what to do', async () => {
  const world = await startWorld();
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { ended, stderr } = relay(['run'], { ...world.environment, PORT: String(port) });
  expect(await ended).toBe(1);
  expect(stderr()).toContain(`The port ${port} on 127.0.0.1 is in use. [PORT_IN_USE]`);
  other.close();
  await world.close();
});

test('a data folder that can’t be written is one clear sentence', async () => {
  const world = await startWorld();
  writeFileSync(join(folder, 'file'), '');
  const { ended, stderr } = relay(['run'], { ...world.environment, RELAY_DATA_DIR: join(folder, 'file', 'data') });
  expect(await ended).toBe(1);
  expect(stderr()).toContain('[DATA_DIR_UNWRITABLE]');
  await world.close();
});

test('the command does the main job with a .env file, and SIGTERM ends it with 0', async () => {
  const world = await startWorld();
  const lines = Object.entries(world.environment).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(folder, '.env'), lines.join('\n'));
  const { child, ended, said } = relay(['run'], {});
  const health = await said(/"health":"([^"]+)"/);
  await said(/Subscribed to Salesforce/);
  expect(await (await fetch(health, { headers: { connection: 'close' } })).json()).toMatchObject({ status: 'ok' });
  const created = world.org.create('Lead', { LastName: 'Okafor', Company: 'Acme' }, world.seller);
  const isSynced = () => world.org.peek('Lead', String(created.id))?.OneSignal_Sync_Status__c === 'Synced';
  const written = new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (!isSynced()) return;
      clearInterval(look);
      resolve();
    }, 20);
  });
  await written;
  expect(world.onesignal.users.byAlias('salesforce_id', String(created.id))?.tags.sf_stage).toBe(
    'Open - Not Contacted',
  );
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  await world.close();
});

test('with a token it serves the console, and a page that watches does not hold up its stop', async () => {
  const world = await startWorld();
  const RELAY_ADMIN_TOKEN = 'a-token-of-some-length';
  const { child, ended, said, stderr } = relay(['run'], { ...world.environment, PORT: '0', RELAY_ADMIN_TOKEN });
  const { origin } = new URL(await said(/"health":"([^"]+)"/));
  await said(/Subscribed to Salesforce/);
  const headers = { authorization: `Bearer ${RELAY_ADMIN_TOKEN}` };
  const overview = await fetch(`${origin}/api/overview`, { headers: { ...headers, connection: 'close' } });
  expect([overview.status, await overview.json()]).toMatchObject([200, { isReady: true }]);
  expect((await fetch(`${origin}/console/`, { headers: { connection: 'close' } })).headers.get('x-frame-options')).toBe(
    'SAMEORIGIN',
  );
  const live = await fetch(`${origin}/api/live`, { headers });
  const watching = live.text().catch(() => 'cut off');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  await watching;
  expect(stderr()).not.toContain(RELAY_ADMIN_TOKEN);
  await world.close();
});
