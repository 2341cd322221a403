import { SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { endScenario, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const WORKING = 'Working - Contacted';
const UNAVAILABLE = { status: 503, body: '<h1>Service Unavailable</h1>', contentType: 'text/html' };
const UNTIL_CLEARED = 1_000_000;

/** A scenario whose relay tells warnings and what it is glad about to `told`. */
async function startTold(): Promise<{ s: Scenario; told: string[] }> {
  const told: string[] = [];
  const tell = (message: string) => void told.push(message);
  const s = await startScenario({ relay: { logger: { ...SILENT_LOGGER, info: tell, warn: tell } } });
  told.length = 0;
  return { s, told };
}

async function refusedOutcomes(s: Scenario): Promise<number> {
  const { values } = await s.relay.metrics.outcomes.get();
  return values.find(({ labels }) => labels.reason === 'WRITE_BACK_REFUSED')?.value ?? 0;
}

test('while every status is refused, every stage still reaches OneSignal, and each record is told once', async () => {
  const { s, told } = await startTold();
  s.world.org.addValidationRule('Lead', (row) => row.OneSignal_Sync_Status__c !== null, 'No.');
  const ids = Array.from({ length: 30 }, () => s.lead());
  await s.until('all are refused', async () => (await s.relay.store.counts()).deadLetters === 30);
  for (const id of ids) s.update(id, { Status: WORKING });
  await s.until('all tags are new', () => ids.every((id) => s.user(id)?.tags.sf_stage === WORKING));
  await s.until('all are refused again', async () => (await refusedOutcomes(s)) === 60);
  const refusals = told.filter((message) => message.includes('refused the status'));
  expect(refusals.length).toBeLessThan(30);
  expect(s.reasons()).toEqual([]);

  const [again = ''] = ids;
  s.world.org.removeValidationRules('Lead');
  const requestedAt = Date.parse(String(s.record(again).OneSignal_Sync_Requested_At__c));
  s.update(again, { OneSignal_Sync_Requested_At__c: new Date(requestedAt + 1_000).toISOString() });
  await s.until('a resync works on it', () => s.said(again) === 'Synced OK');
  expect((await s.relay.store.counts()).deadLetters).toBe(29);
});

test('a refused status that is tried again is neither counted nor told again', async () => {
  const { s, told } = await startTold();
  const id = s.lead();
  const refusal = { statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' };
  s.world.salesforce.faults.failRows(2, refusal, id);
  await s.until('it is refused', async () => (await s.relay.store.counts()).deadLetters === 1);
  const { store } = s.relay;
  const kept = async () => {
    const [first] = await store.pendingWriteBacks({ limit: 1, now: Date.now() + 24 * 3_600_000 });
    if (first === undefined) throw new Error('the refused status is not kept');
    return first;
  };
  const { version } = await kept();
  await s.relay.process.commitWriteBacks([{ kind: 'again', recordId: id, version, notBefore: Date.now() - 1 }]);
  s.lead();
  await s.until('it is refused again', async () => (await kept()).attempts === 3);
  expect(await kept()).toMatchObject({ isRefused: true, version });
  expect(await refusedOutcomes(s)).toBe(1);
  expect(told.filter((message) => message.includes('refused the status'))).toHaveLength(1);
});

test('status writes that fail as a whole hold up no tag; they spend no tries and are made when they work again', async () => {
  const { s, told } = await startTold();
  s.world.salesforce.faults.answerHttp(UNTIL_CLEARED, { on: 'collections', ...UNAVAILABLE });
  const first = s.lead();
  await s.until('the standstill shows', () => s.reasons().includes('SALESFORCE_REQUEST_FAILED'));
  const before = s.world.onesignal.stats.count('create_user');
  const others = Array.from({ length: 20 }, () => s.lead());
  await s.until('all have their tags', () => others.every((id) => s.user(id) !== undefined));
  s.update(first, { Status: WORKING });
  await s.until('the newest is there too', () => s.user(first)?.tags.sf_stage === WORKING);
  expect(s.world.onesignal.stats.count('create_user')).toBe(before + 20);
  expect(s.said(first)).toBe('null null');
  const pending = await s.relay.store.pendingWriteBacks({ limit: 200, now: Date.now() });
  expect(pending.map(({ attempts }) => attempts)).toEqual(Array.from({ length: 21 }, () => 0));
  s.world.salesforce.faults.clearHttp();
  await s.settled();
  expect(new Set([first, ...others].map(s.said))).toEqual(new Set(['Synced OK']));
  expect(told).toEqual([
    expect.stringContaining('Salesforce status write work stands still'),
    expect.stringContaining('Salesforce status write works again'),
  ]);
});

test('one row that says that the API calls are spent stops all writes for a while, and refuses nothing', async () => {
  const { s } = await startTold();
  const ids = [s.lead(), s.lead()];
  s.world.salesforce.faults.failRows(1, { statusCode: 'REQUEST_LIMIT_EXCEEDED' });
  await s.settled();
  expect(ids.map(s.said)).toEqual(['Synced OK', 'Synced OK']);
  expect([await refusedOutcomes(s), (await s.relay.store.counts()).deadLetters]).toEqual([0, 0]);
});
