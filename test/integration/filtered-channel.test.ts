import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../relay/config/environment.ts';
import { checkStream } from '../../relay/doctor/stream-check.ts';
import { requestAccessToken } from '../../relay/salesforce/access-token.ts';
import { createSession } from '../../relay/salesforce/session.ts';
import { CHANNEL } from '../emulators/world.ts';
import { endScenario, firstPassIsOver, type Scenario, startScenario } from './scenario.ts';

const FILTERED = '/event/OneSignal_Filtered__chn';
const VARIABLES = { SALESFORCE_CHANNEL: FILTERED };

let channels: string;
beforeAll(() => {
  channels = mkdtempSync(join(tmpdir(), 'channels-'));
  for (const folder of ['platformEventChannels', 'platformEventChannelMembers'])
    cpSync(join('sfdx/examples', folder), join(channels, folder), { recursive: true });
});
afterAll(() => rmSync(channels, { recursive: true }));
afterEach(endScenario);

/** An org with the example channel of the package, which shows contacts, conversions, deletions and resyncs. */
const start = (): Promise<Scenario> =>
  startScenario({
    world: { org: { packageDirs: ['sfdx/main/default', channels] } },
    relay: { variables: VARIABLES },
  });

const CUSTOMER = { OneSignal_Lifecycle_Stage__c: 'Customer' };
const synced = (s: Scenario, id: string) => s.until(`${id} is synced`, () => s.said(id) === 'Synced OK');

test('what the filter lets through comes at once, and what it keeps back costs no delivery', async () => {
  const s = await start();
  await firstPassIsOver(s);
  const lead = s.lead();
  const contact = s.contact(CUSTOMER);
  await synced(s, contact);
  expect(s.world.org.counters.published).toBe(2);
  expect(s.world.salesforce.stats.deliveries).toBe(1);
  expect(s.said(lead)).toBe('null null');
  expect(s.user(lead)).toBeUndefined();
});

test('what the filter kept back is found by reconcile', async () => {
  const s = await start();
  const lead = s.lead();
  await synced(s, s.contact(CUSTOMER));
  await s.restart({ reconcileEveryMs: 200 });
  await synced(s, lead);
  const { deliveries } = s.world.salesforce.stats;
  s.update(lead, { Status: 'Working - Contacted' });
  await s.until('reconcile finds the change too', () => s.user(lead)?.tags.sf_stage === 'Working - Contacted');
  expect(s.world.salesforce.stats.deliveries).toBe(deliveries);
});

test('a resync and a conversion of what is kept back otherwise come at once', async () => {
  const s = await start();
  const [asked, won] = [s.lead(), s.lead()];
  const requested = Date.parse(String(s.record(asked).OneSignal_Sync_Requested_At__c));
  s.update(asked, { OneSignal_Sync_Requested_At__c: new Date(requested + 5_000).toISOString() });
  await synced(s, asked);
  const contact = s.convert(won);
  await synced(s, contact);
  expect(s.world.salesforce.stats.deliveries).toBeGreaterThanOrEqual(2);
});

test('the place in the stream is the channel’s own, and what passed while the relay was down is replayed from it', async () => {
  const s = await start();
  await synced(s, s.contact(CUSTOMER));
  expect(await s.relay.store.cursor(FILTERED)).toBeDefined();
  expect(await s.relay.store.cursor(CHANNEL)).toBeUndefined();
  await s.stop();
  const missed = s.contact(CUSTOMER);
  s.lead();
  await s.restart();
  await synced(s, missed);
  await s.until('it came by the stream', () => s.world.salesforce.stats.deliveries === 2);
});

test('the doctor tries the channel that is set, and one that is not there fails', async () => {
  const s = await start();
  const { salesforce } = readEnvironment({ ...s.world.environment, ...VARIABLES }, String);
  const session = createSession({
    apiVersion: salesforce.apiVersion,
    requestToken: () => requestAccessToken(salesforce),
  });
  await session.open();
  const look = (channel: string) => checkStream(session, channel, { waitScale: 0.01 }, 5_000);
  expect(await look(salesforce.channel)).toEqual({
    status: 'pass',
    says: `Salesforce takes a subscription to ${FILTERED}.`,
  });
  expect(await look('/event/OneSignal_Other__chn')).toMatchObject({ status: 'fail' });
});
