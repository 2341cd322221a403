import { type LogFields, SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { endScenario, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const DAY_MS = 24 * 3_600_000;
const SPAN_MS = 5 * 60_000;

/** Uses up API calls as the relay itself does, by what it notes in its store. */
async function spend(s: Scenario, count: number): Promise<void> {
  const from = Math.floor(s.relay.store.now() / SPAN_MS) * SPAN_MS;
  await s.relay.store.addUsage({ spans: [{ allotment: 'api_call', from, count }], forgetBefore: 0 });
}

const metric = async (s: Scenario, name: string) => {
  await s.relay.relay.measure();
  const text = await s.relay.metrics.registry.getSingleMetricAsString(name);
  return Number(/^\w+ (\S+)$/m.exec(text)?.[1]);
};

/** A record of the bulk lane, as a crowd or a backfill brings it. */
async function bulk(s: Scenario, recordId: string): Promise<void> {
  const change = {
    recordId,
    object: 'Lead',
    isDeletion: false,
    hint: undefined,
    isForced: true,
    lane: 'bulk',
  } as const;
  await s.relay.process.commitReconciled({ changes: [change], mark: undefined, at: s.relay.store.now() });
}

/** A call is counted here when it goes out and in the org when it comes in: the two agree once none is under way. */
const countsAgree = (s: Scenario) =>
  s.until('the relay counts what the org counts', async () => {
    const used = await metric(s, 'relay_salesforce_api_used');
    return used === calls(s);
  });

const warnings = (s: Scenario) => s.relay.relay.readiness().warnings.join();
const calls = ({ world }: Scenario) => world.salesforce.stats.apiCalls;

test('a spent share stops all calls, says until when, and the relay goes on by itself when it is free', async () => {
  const said: LogFields[] = [];
  const logger = { ...SILENT_LOGGER, warn: (_: string, fields?: LogFields) => void said.push(fields ?? {}) };
  const s = await startScenario({ relay: { logger } });
  // A cursor follows from an event only.
  s.lead();
  await s.settled();
  await spend(s, 50_000);
  await s.restart({ waitsForReady: false });
  await s.until('/readyz says so, and nothing else', () => s.reasons().join() === 'API_SHARE_SPENT');
  const reason = s.relay.relay.readiness().reasons.find(({ code }) => code === 'API_SHARE_SPENT');
  expect(reason?.message).toMatch(/ of 50000 in 24 hours, and waits until \d{4}-\d\d-\d\dT[\d:.]+Z\.$/);
  expect(reason?.next).toContain('RELAY_API_SHARE');
  expect(said.filter(({ phase }) => phase === 'spent')).toEqual([expect.objectContaining({ allowed: 50_000 })]);
  const until = await metric(s, 'relay_salesforce_api_waits_until_timestamp_seconds');
  expect(until * 1_000).toBeGreaterThan(s.relay.store.now() + DAY_MS - SPAN_MS);

  const lead = s.lead();
  await s.until('the event is in the store', async () => (await s.relay.store.counts()).due === 1);
  const before = calls(s);
  // The relay looks once a second whether it may go on.
  await s.until('it looked again', async () => (await metric(s, 'relay_salesforce_api_used')) >= 50_000);
  expect(calls(s)).toBe(before);
  expect(s.said(lead)).toBe('null null');

  s.passTime(DAY_MS + SPAN_MS);
  await s.settled();
  expect(s.said(lead)).toBe('Synced OK');
  expect(s.reasons()).toEqual([]);
  expect(await metric(s, 'relay_salesforce_api_waits_until_timestamp_seconds')).toBe(0);
});

test('near the end of the share live changes go on and crowds wait, and /readyz warns', async () => {
  const s = await startScenario();
  const [crowd, live] = [s.lead(), s.lead()];
  await s.settled();
  await spend(s, 48_000);
  await s.restart();
  await s.until('/readyz warns', () => warnings(s).includes('live changes go on'));
  await bulk(s, crowd);
  s.update(live, { Status: 'Working - Contacted' });
  await s.until('the live change is through', () => s.record(live).OneSignal_Synced_Stage__c === 'Working - Contacted');
  expect(await s.relay.store.dueInBulk()).toBe(1);
  expect(s.reasons()).toEqual([]);
  s.passTime(DAY_MS + SPAN_MS);
  await s.settled();
  expect(await s.relay.store.dueInBulk()).toBe(0);
  expect(warnings(s)).toBe('');
});

test('from half of the share on changes that come apart share a read and a write', async () => {
  const s = await startScenario();
  const leads = [s.lead(), s.lead(), s.lead()];
  await s.settled();
  await spend(s, 25_000);
  await s.restart();
  await s.settled();
  const { stats } = s.world.salesforce;
  stats.reset();
  for (const id of leads) {
    const events = stats.deliveries;
    s.update(id, { Status: 'Working - Contacted' });
    await s.until('its event came', () => stats.deliveries > events);
  }
  await s.until('all are written', () =>
    leads.every((id) => s.record(id).OneSignal_Synced_Stage__c === 'Working - Contacted'),
  );
  expect([stats.calls.query, stats.calls.collections]).toEqual([1, 1]);
});

test('the day’s calls are counted on after a stop and a start, and shown beside the share', async () => {
  const s = await startScenario({ relay: { variables: { RELAY_API_SHARE: '0.25' } } });
  s.lead();
  await s.settled();
  await countsAgree(s);
  const used = calls(s);
  expect(used).toBeGreaterThan(0);
  await s.restart();
  await s.settled();
  expect(calls(s)).toBeGreaterThan(used);
  await countsAgree(s);
  expect(await metric(s, 'relay_salesforce_api_share')).toBe(25_000);
});

test('the deliveries that the org has left are in the metrics, and more than the share of them is a warning', async () => {
  const s = await startScenario({ world: { salesforce: { deliveriesPerDay: 10 } } });
  await s.until(
    'the org was asked',
    async () => !Number.isNaN(await metric(s, 'relay_salesforce_deliveries_remaining')),
  );
  expect(await metric(s, 'relay_salesforce_deliveries_remaining')).toBe(10);
  for (let n = 0; n < 6; n += 1) s.lead();
  await s.settled();
  expect(warnings(s)).toContain('6 of the org’s 10 event deliveries');
});
