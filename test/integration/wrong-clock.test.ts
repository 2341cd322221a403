import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld, type World } from '../emulators/world.ts';
import { relayProcess } from './relay-process.ts';

const HOUR = 3_600_000;

let folder: string;
let world: World;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relay-clock-'));
  world = await startWorld();
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Node's option that makes a process take another time for now. */
function clockOff(milliseconds: number): string {
  const code = `const { now } = Date; const Real = Date; const off = ${milliseconds};
    globalThis.Date = class extends Real { constructor(...given) { super(...(given.length ? given : [now() + off])); } static now() { return now() + off; } };`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

/** A relay on a machine whose clock is off, until everything is in step; then an orderly stop. */
async function runWithClock(off: number, login: Record<string, string>, act: () => string): Promise<string> {
  const environment = { ...login, RELAY_DATA_DIR: folder, NODE_OPTIONS: clockOff(off), LOG_LEVEL: 'info' };
  const relay = relayProcess(['run'], environment, folder);
  await relay.said(/Subscribed to Salesforce/);
  const id = act();
  const isDone = () => world.org.peek('Lead', id)?.OneSignal_Sync_State__c === 'Synced';
  while (!isDone()) await sleep(20);
  relay.child.kill('SIGTERM');
  expect(await relay.ended).toBe(0);
  return id;
}

const create = () => {
  const saved = world.org.create('Lead', { LastName: 'Okafor', Company: 'Acme' }, world.seller);
  if (!saved.success) throw new Error('not saved');
  return saved.id;
};

describe.each([
  ['ahead', HOUR],
  ['behind', -HOUR],
])('a machine’s clock that is an hour %s', (_where, off) => {
  test.each(['client credentials', 'JWT'])(
    'stops neither a login by %s nor a status, which is dated by Salesforce',
    async (flow) => {
      const login = flow === 'JWT' ? world.jwtEnvironment : world.environment;
      const id = await runWithClock(off, login, create);
      const syncedAt = Date.parse(String(world.org.peek('Lead', id)?.OneSignal_Synced_At__c));
      expect(Math.abs(syncedAt - Date.now())).toBeLessThan(60_000);
    },
  );

  test('and put right before the next start holds nothing up', async () => {
    const id = await runWithClock(off, world.environment, create);
    const again = await runWithClock(0, world.environment, () => {
      const stage = { Status: 'Working - Contacted' };
      world.org.update('Lead', id, stage, world.seller, { autoAssign: false });
      return id;
    });
    expect(world.onesignal.users.byAlias('salesforce_id', again)?.tags.sf_stage).toBe('Working - Contacted');
    expect(world.onesignal.violations).toMatchObject({ app: 0, user: 0 });
  });
});
