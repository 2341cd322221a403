import { type BackfillCommandOptions, backfillCommand } from '../../relay/cli/backfill-command.ts';
import { type Environment, readEnvironment } from '../../relay/config/environment.ts';
import type { FieldValues, OrgUser } from '../emulators/salesforce/org-contract.ts';
import type { World } from '../emulators/world.ts';
import { endScenario, type Scenario, type ScenarioOptions, startScenario } from './scenario.ts';

afterEach(endScenario);

const OPEN = 'Open - Not Contacted';
const WORKING = 'Working - Contacted';
const STAGE_ROW = { Object_Name__c: 'Lead', Stage__c: OPEN, Lifecycle_Stage__c: 'lead', Is_Active__c: true };

/** Whoever loads data holds the bypass: no stamp, no event. */
const loaderOf = ({ org }: World): OrgUser =>
  org.user('loader@emulated.example') ??
  org.addUser({ username: 'loader@emulated.example', isAdministrator: true, permissionSets: ['OneSignal_Relay'] });

function load(world: World, count: number, values: FieldValues = {}): string[] {
  const loader = loaderOf(world);
  return Array.from({ length: count }, (_, n) => {
    const named = { LastName: `Loaded ${n}`, Company: 'Acme', ...values };
    return world.org.create('Lead', named, loader).id ?? '';
  });
}

/** An org that was there before the relay. */
function start(count: number, options: ScenarioOptions = {}): Promise<Scenario> {
  const prepare = (world: World) => {
    load(world, count);
    // The first look finds the query done: its waits are tested elsewhere.
    world.salesforce.faults.slowBulkQueries(0);
    options.prepare?.(world);
  };
  return startScenario({ ...options, prepare });
}

const leadIds = ({ world }: Scenario) => world.org.rows('Lead').map(({ Id: id }) => String(id));

function environmentOf({ world, relay }: Scenario): Environment {
  return readEnvironment({ ...world.environment, RELAY_DATA_DIR: relay.dataDir }, () => '');
}

/** The command beside the relay of the scenario, or alone once that is stopped. */
async function backfill(s: Scenario, options: BackfillCommandOptions = {}, signal = new AbortController().signal) {
  let printed = '';
  const print = (text: string) => {
    printed += text;
  };
  await backfillCommand(environmentOf(s), { yes: true, json: true, ...options }, signal, print);
  return printed.startsWith('{') ? JSON.parse(printed) : printed;
}

const sent = ({ world }: Scenario) =>
  world.onesignal.stats.count('create_user') + world.onesignal.stats.count('update_user');

test('records from before the relay are untouched until a backfill, which syncs each once and says so on the record', async () => {
  const s = await start(7);
  await s.settled();
  expect(sent(s)).toBe(0);
  expect(await backfill(s)).toMatchObject({ phase: 'sending', found: 7, read: 7, due: 7, left: 0 });
  await s.settled();
  for (const id of leadIds(s)) {
    expect(s.said(id)).toBe('Synced OK');
    expect(s.user(id)?.tags.sf_stage).toBe(OPEN);
  }
  expect(sent(s)).toBe(7);
});

test('a second backfill leaves alone what has its verdict, and sends nothing', async () => {
  const s = await start(7);
  await backfill(s);
  await s.settled();
  expect(await backfill(s)).toMatchObject({ found: 7, read: 7, due: 0 });
  expect(sent(s)).toBe(7);
});

test('contacts with a stage are taken, those without one are left alone', async () => {
  const s = await start(0, {
    prepare(world) {
      const loader = loaderOf(world);
      const account = world.org.create('Account', { Name: 'Acme' }, loader).id ?? '';
      for (const stage of ['Customer', null])
        world.org.create('Contact', { LastName: 'C', AccountId: account, OneSignal_Lifecycle_Stage__c: stage }, loader);
    },
  });
  expect(await backfill(s)).toMatchObject({ found: 1, due: 1 });
  expect(await backfill(s, { object: 'Lead' })).toMatchObject({ found: 0, due: 0 });
});

test('a condition takes a part, and one that Salesforce does not take ends the command with its code', async () => {
  const s = await start(3, { prepare: (world) => void load(world, 2, { Email: 'web@example.com' }) });
  expect(await backfill(s, { where: "Email = 'web@example.com'" })).toMatchObject({ found: 2, due: 2 });
  await expect(backfill(s, { where: 'Nothing__c = 1' })).rejects.toMatchObject({ code: 'SALESFORCE_QUERY_REFUSED' });
  expect(sent(s)).toBe(2);
});

test('a dry run counts and estimates, and changes nothing', async () => {
  const s = await start(7);
  const run = await backfill(s, { dryRun: true });
  expect(run).toMatchObject({ found: 7, due: 7, isDryRun: true, estimate: { seconds: 1, salesforceCalls: 3 } });
  await s.settled();
  expect(sent(s)).toBe(0);
});

test('without a relay the command does it all itself, and a dry run sends not even what is due', async () => {
  const s = await start(3);
  await s.stop();
  s.lead();
  expect(await backfill(s, { dryRun: true })).toMatchObject({ found: 4, due: 4 });
  expect(sent(s)).toBe(0);
  expect(await backfill(s)).toMatchObject({ found: 4, left: 0 });
  // The one that somebody in sales made is asked for by its stamp as well.
  expect(s.world.onesignal.stats.count('create_user')).toBe(4);
});

test('a stage that moves after Salesforce has looked is the one that is sent', async () => {
  const s = await start(1, { world: { salesforce: {} } });
  const [id = ''] = leadIds(s);
  s.world.salesforce.faults.slowBulkQueries(3);
  const running = backfill(s);
  await s.until('the query is there', () => (s.world.salesforce.stats.calls.bulkQuery ?? 0) > 0);
  s.world.org.update('Lead', id, { Status: WORKING }, loaderOf(s.world), { autoAssign: false, allowDuplicates: true });
  await running;
  await s.settled();
  expect(s.user(id)?.tags.sf_stage).toBe(WORKING);
});

test('one that is ended half-way goes on where it was, and sends nothing again', async () => {
  const s = await start(1_300, { world: { onesignal: { requestsPerSecond: 1_000 } } });
  const killed = new AbortController();
  const running = backfill(s, {}, killed.signal);
  await s.until('some are sent', () => sent(s) > 100);
  await s.stop();
  killed.abort();
  await running;
  const before = sent(s);
  expect(before).toBeLessThan(1_300);
  expect(await backfill(s)).toMatchObject({ found: 1_300, read: 1_300, left: 0 });
  expect(sent(s)).toBe(1_300);
  expect(leadIds(s).every((id) => s.user(id) !== undefined)).toBe(true);
});

test('results that are gone by then are asked for anew', async () => {
  const s = await start(5);
  s.world.salesforce.faults.slowBulkQueries(3);
  const running = backfill(s);
  await s.until('the query is there', () => (s.world.salesforce.stats.calls.bulkQuery ?? 0) > 1);
  s.world.salesforce.faults.expireBulkQueries();
  expect(await running).toMatchObject({ found: 5, read: 5, due: 5 });
  await s.settled();
  expect(sent(s)).toBe(5);
});

test('more than 1,000 records are not sent unasked', async () => {
  const s = await start(1_001);
  await expect(backfill(s, { yes: false })).rejects.toMatchObject({ code: 'COMMAND_INVALID' });
  expect(sent(s)).toBe(0);
  expect(await backfill(s, { yes: false, where: "LastName = 'Loaded 0'" })).toMatchObject({ due: 1 });
});

test('after an edit of the mapping only what it changes is sent', async () => {
  const s = await start(2, { relay: { setupEveryMs: 50, reconcileEveryMs: 200 } });
  const [first = '', second = ''] = leadIds(s);
  s.update(second, { Status: WORKING });
  await backfill(s);
  await s.settled();
  s.world.org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Open', STAGE_ROW);
  await s.until('the edit is named', () =>
    s.relay.relay.readiness().warnings.some((text) => text.startsWith('2 records')),
  );
  expect(await backfill(s, { changed: true })).toMatchObject({ found: 2, due: 2, left: 0 });
  await s.settled();
  expect([s.user(first)?.tags.sf_stage, s.user(second)?.tags.sf_stage]).toEqual(['lead', WORKING]);
  expect(s.world.onesignal.stats.count('update_user')).toBe(1);
  expect(await backfill(s, { changed: true })).toMatchObject({ found: 0, due: 0 });
  expect(s.relay.relay.readiness().warnings).toEqual([]);
});

test('records that waited before the store knew any are taken by --due, and no longer named as left', async () => {
  const s = await start(0, {
    prepare(world) {
      for (let n = 0; n < 1_001; n += 1) world.org.create('Lead', { LastName: `L ${n}`, Company: 'A' }, world.seller);
    },
  });
  await s.until(
    'the crowd is left',
    () => s.relay.relay.readiness().reasons.length > 0 || s.relay.relay.readiness().warnings.length > 0,
  );
  expect(await backfill(s, { due: true })).toMatchObject({ found: 1_001, due: 1_001 });
  await s.settled();
  expect(sent(s)).toBe(1_001);
  expect(await s.relay.store.leftToBackfill()).toBeUndefined();
});

test('a backfill can be stopped: what was made due by then is synced, the rest is not', async () => {
  const s = await start(3);
  s.world.salesforce.faults.slowBulkQueries(1_000);
  const running = backfill(s);
  await s.until('it runs', () => (s.world.salesforce.stats.calls.bulkQuery ?? 0) > 0);
  expect(await backfill(s, { stop: true })).toMatch(/is stopped/);
  await expect(running).rejects.toMatchObject({ code: 'BACKFILL_STOPPED' });
  expect(await backfill(s, { stop: true })).toMatch(/No backfill/);
});

test('another one with other options is refused while one is under way', async () => {
  const s = await start(3);
  s.world.salesforce.faults.slowBulkQueries(1_000);
  const running = backfill(s).catch(() => undefined);
  await s.until('it runs', () => (s.world.salesforce.stats.calls.bulkQuery ?? 0) > 0);
  await expect(backfill(s, { object: 'Lead' })).rejects.toMatchObject({ code: 'COMMAND_INVALID' });
  await backfill(s, { stop: true });
  await running;
});

test('old stages are told to nobody: no custom event and no message comes of a backfill', async () => {
  const s = await start(3, {
    world: { onesignal: { plan: 'growth' } },
    prepare: ({ org }) =>
      org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Open', {
        ...STAGE_ROW,
        Custom_Event_Name__c: 'lead_opened',
        Message_Template_Id__c: '0b8f7b9e-6c1d-4f0e-9d5a-3f2f7c1e4a11',
      }),
  });
  await backfill(s);
  await s.settled();
  expect(leadIds(s).map((id) => s.user(id)?.tags.sf_stage)).toEqual(['lead', 'lead', 'lead']);
  expect([s.world.onesignal.customEvents.length, s.world.onesignal.messages.length]).toEqual([0, 0]);
});

test('a live change overtakes a backfill', async () => {
  const s = await start(1_500, {
    world: { onesignal: { latencyMs: 20 } },
    relay: { variables: { ONESIGNAL_REQUESTS_PER_SECOND: '100' } },
  });
  const running = backfill(s);
  await s.until('it sends', () => sent(s) > 20);
  const id = s.lead();
  await s.until('the new lead is there', () => s.user(id) !== undefined, 5_000);
  expect(sent(s)).toBeLessThan(1_400);
  await backfill(s, { stop: true });
  await running.catch(() => undefined);
});
