import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { readLockFile } from '../../scripts/check-dependencies/lock-file.ts';
import { sourcesOfBuiltCode } from '../bench/built-modules.ts';
import { type PostgresServer, startPostgres } from '../emulators/postgres.ts';
import { startWorld, type World } from '../emulators/world.ts';
import { relayProcess } from './relay-process.ts';

const ROOT = join(import.meta.dirname, '../..');
const execute = promisify(execFile);
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** Of the bill of materials. */
interface Component {
  name: string;
  version: string;
}

let folder: string;
let dist: string;
let postgres: PostgresServer;
let world: World;

/** As an image has it: the folder alone, with no package in reach. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'built-'));
  dist = join(folder, 'dist');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const env = { ...process.env, RELAY_COMMIT: COMMIT };
  await execute(process.execPath, [join(ROOT, 'scripts/build/main.ts'), dist], { env });
  mkdirSync(join(dist, 'console'));
  writeFileSync(join(dist, 'console/index.html'), '<title>The page</title>');
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.remove();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.close();
});

const codeOf = (part: string) => readFileSync(join(dist, 'relay/parts', part), 'utf8');
const relay = (args: readonly string[], env: Record<string, string>) =>
  relayProcess(args, env, folder, join(dist, 'relay/cli/main.js'));

test('every part of it loads with no package beside it', async () => {
  const parts = readdirSync(join(dist, 'relay/parts'));
  expect(parts.length).toBeGreaterThan(10);
  const loading = parts.map((name) => `await import(${JSON.stringify(join(dist, 'relay/parts', name))});`).join('\n');
  const { stderr } = await execute(process.execPath, ['--input-type=module', '--eval', loading], { cwd: folder });
  expect(stderr.replace(/^.*ExperimentalWarning.*\n.*--trace-warnings.*\n/m, '')).toBe('');
});

test('every part of it is in ASCII, which Node keeps in one byte a character', () => {
  const parts = readdirSync(join(dist, 'relay'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  expect(parts).toEqual(expect.arrayContaining(['cli/main.js', 'parts/logger.js']));
  expect(parts.filter((name) => /[^\0-\x7f]/.test(readFileSync(join(dist, 'relay', name), 'utf8')))).toEqual([]);
});

test('it has nothing in it of packages that would lie in memory unused', () => {
  const code = readdirSync(join(dist, 'relay/parts')).map(codeOf);
  const has = (text: string) => code.some((part) => part.includes(text));
  expect(
    ['node_modules/undici/lib/dispatcher/pool.js', 'node_modules/undici/lib/dispatcher/agent.js'].filter(has),
  ).toHaveLength(2);
  expect(
    [
      'node_modules/undici/lib/mock/',
      'node_modules/undici/lib/web/fetch/index.js',
      'node_modules/undici/lib/web/websocket/',
      'node_modules/form-data/',
      'node_modules/tldts',
      'node_modules/iconv-lite/',
      'node_modules/@opentelemetry/',
    ].filter(has),
  ).toEqual([]);
});

test('it says from which module each part of its code is, which profiles go by', () => {
  const place = (text: string) => {
    const name = readdirSync(join(dist, 'relay/parts')).find((part) => codeOf(part).includes(text)) ?? '';
    const line = codeOf(name)
      .split('\n')
      .findIndex((one) => one.includes(text));
    return sourcesOfBuiltCode()(pathToFileURL(join(dist, 'relay/parts', name)).href, line);
  };
  expect(place('var SqliteStatement = class')).toBe('relay/store/sqlite-statement.ts');
  expect(place('function writeH1(')).toBe('node_modules/undici/lib/dispatcher/client-h1.js');
});

test('the packages in it are told, with the texts of their licences', () => {
  const { components } = JSON.parse(readFileSync(join(dist, 'packages.cdx.json'), 'utf8'));
  const shipped = readLockFile(pathToFileURL(join(ROOT, 'package-lock.json'))).filter(({ isShipped }) => isShipped);
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const named = components.map(({ name, version }: Component) => `${name} ${version}`);
  expect(shipped.map(({ name, version }) => `${name} ${version}`)).toEqual(expect.arrayContaining(named));
  expect(components.map(({ name }: Component) => name)).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  const undici = components.find(({ name }: Component) => name === 'undici');
  expect(undici.licenses[0].license).toEqual({ name: 'MIT', text: { content: expect.stringContaining('Permission') } });
});

test.each(['SQLite', 'PostgreSQL'])(
  'it does the main job on %s, phone numbers included, and serves its console',
  async (store) => {
    world.org.setSettings({ Sync_Phone__c: true });
    const env: Record<string, string> = {
      ...world.environment,
      RELAY_ADMIN_TOKEN: 'a-token-of-some-length',
      PORT: '0',
    };
    if (store === 'PostgreSQL') env.DATABASE_URL = postgres.url('built');
    else env.RELAY_DATA_DIR = join(folder, 'data');
    const { child, ended, said } = relay(['run'], env);
    const health = await said(/"health":"([^"]+)"/);
    await said(/Subscribed to Salesforce/);
    const ask = async (path: string) =>
      (await fetch(new URL(path, health), { headers: { connection: 'close' } })).text();
    expect(JSON.parse(await ask('/healthz'))).toMatchObject({ status: 'ok', commit: COMMIT });
    expect(await ask('/console/')).toContain('The page');
    const phone = { MobilePhone: '(206) 555-0134', Country: 'United States', DoNotCall: false };
    const { id } = world.org.create('Lead', { LastName: 'Okafor', Company: 'Acme', ...phone }, world.seller);
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (world.org.peek('Lead', String(id))?.OneSignal_Sync_Status__c !== 'Synced') return;
        clearInterval(look);
        resolve();
      }, 20);
    });
    const user = world.onesignal.users.byAlias('salesforce_id', String(id));
    expect(user?.subscriptions.map(({ token }) => token)).toEqual(['+12065550134']);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  },
);
