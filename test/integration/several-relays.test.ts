import { history } from '../../relay/server/console/history.ts';
import { recordStory } from '../../relay/server/console/record-story.ts';
import type { Store } from '../../relay/store/store.ts';
import { type PostgresServer, startPostgres } from '../emulators/postgres.ts';
import { type RunningRelay, type StartOptions, startRelay } from '../emulators/running-relay.ts';

import { startSlack } from '../emulators/slack/start-slack.ts';

import { startWorld, type World } from '../emulators/world.ts';

let server: PostgresServer;
let world: World;
let relays: RunningRelay[];
let schemas = 0;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

beforeEach(async () => {
  world = await startWorld();
  relays = [];
  schemas += 1;
});

afterEach(async () => {
  for (const relay of relays) await relay.stop();
  expect(world.salesforce.stats.emulatorErrors).toEqual([]);
  expect(world.onesignal.violations).toMatchObject({ app: 0, user: 0, view: 0 });
  await world.close();
});

async function start(options: StartOptions = {}): Promise<RunningRelay> {
  const own = { DATABASE_URL: server.url(`relays_${schemas}`), RELAY_ADMIN_TOKEN: 'a-token-of-some-length' };
  const relay = await startRelay(world, { ...options, variables: { ...own, ...options.variables } });
  relays.push(relay);
  return relay;
}

function createLeads(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const { id } = world.org.create('Lead', { LastName: `Lead ${i}`, Company: 'Acme' }, world.seller);
    if (id === undefined) throw new Error('the lead was not saved');
    return id;
  });
}

const statuses = (ids: readonly string[]) => [
  ...new Set(ids.map((id) => world.org.peek('Lead', id)?.OneSignal_Sync_Status__c)),
];

test('both sync what one of them hears, and the other hears it once that one has gone', async () => {
  const first = await start();
  const second = await start();
  const together = createLeads(60);
  await second.settled();
  expect(statuses(together)).toEqual(['Synced']);

  relays.shift();
  await first.stop();
  const after = createLeads(10);
  await second.settled();
  expect(statuses(after)).toEqual(['Synced']);
  expect(world.onesignal.users.byExternalId(after[0] ?? '')).toBeDefined();
});

test('a database that restarts is a pause, not an end', async () => {
  const relay = await start();
  const before = createLeads(3);
  await relay.settled();
  await server.stop();
  const meanwhile = createLeads(3);
  await relay.until('the relay says that its store fails', () => !relay.relay.readiness().isReady);
  await server.start();
  await relay.until('the relay is ready again', () => relay.relay.readiness().isReady);
  await relay.until('everything is synced', () => statuses([...before, ...meanwhile]).join() === 'Synced');
});

test('a standby tells of each record what the other did, and what both did together', async () => {
  const first = await start();
  const second = await start();
  const [id = '', ...others] = createLeads(20);
  await second.settled();
  relays.shift();
  await first.stop();
  const { view } = second.relay;
  const story = await recordStory(id, view);
  expect(story).toMatchObject({ state: 'Synced', isWrittenBack: true, tags: { sf_stage: 'Open - Not Contacted' } });
  expect(story.timeline.map(({ kind }) => kind)).toContain('write_back');
  const { points } = await history(view, 1);
  expect(points.reduce((sum, { synced }) => sum + synced, 0)).toBe(1 + others.length);
});

test('what a relay on standby is told of messages is on the record by the one that listens', async () => {
  const variables = { RELAY_WEBHOOK_TOKEN: 'a-token-of-the-webhook' };
  let aheadMs = 0;
  const wrapStore = (store: Store): Store => ({ ...store, now: () => store.now() + aheadMs });
  await start({ variables, wrapStore });
  const standby = await start({ variables, wrapStore });
  const [id = ''] = createLeads(1);
  await standby.settled();
  const clicked = { channel: 'push', what: 'clicked', externalId: id, onesignalId: null } as const;
  await standby.relay.engagement.take({ ...clicked, id: 'e-1', at: Date.now(), messageId: 'm-1', messageName: 'Hi' });
  await standby.until('it is looked at', async () => (await standby.store.newEngagement(1)).length === 0);
  aheadMs = 61_000;
  await standby.until('it is written', () => world.org.peek('Lead', id)?.OneSignal_Clicks__c === 1);
  expect(world.org.peek('Lead', id)?.OneSignal_Last_Message__c).toBe('Hi');
});

test('the one that listens tells of an alert, and the next one tells of its end, once each', async () => {
  const slack = await startSlack();
  let aheadMs = 0;
  const options: StartOptions = {
    variables: { RELAY_ALERT_WEBHOOK: slack.webhook },
    alertEveryMs: 10,
    setupEveryMs: 50,
    wrapStore: (store) => ({ ...store, now: () => store.now() + aheadMs }),
  };
  const [first, second] = [await start(options), await start(options)];
  const inTime = (what: string, condition: () => boolean) =>
    second.until(what, () => {
      aheadMs += 5_000;
      return condition();
    });
  const holds = ({ relay }: RunningRelay) => relay.alerts().some(({ name }) => name === 'mapping_faulty');

  world.org.setSettings({ Unmapped_Stage__c: 'Whatever' });
  await inTime('it holds in both', () => holds(first) && holds(second) && slack.messages.length > 0);
  relays.shift();
  await first.stop();
  await second.until('the other one listens', () => second.relay.readiness().isReady && second.process.epoch > 0);
  world.org.setSettings({});
  await inTime('its end is told', () => slack.messages.length > 1);
  await inTime('it holds nowhere', () => !holds(second));
  expect(slack.messages).toEqual([
    expect.stringContaining('*mapping_faulty* since'),
    expect.stringContaining('*mapping_faulty* is over'),
  ]);
  await slack.close();
});
