import { RelayError } from '../../relay/config/relay-error.ts';
import type { AlertName } from '../../relay/pipeline/alerts/alert-rules.ts';
import { type Sleep, sleep } from '../../relay/pipeline/gate.ts';
import { SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import type { StartOptions } from '../emulators/running-relay.ts';
import { type SlackEmulator, startSlack } from '../emulators/slack/start-slack.ts';
import { failingStore } from '../faults/failing-store.ts';
import { endScenario, type Scenario, startScenario } from './scenario.ts';

let slack: SlackEmulator;
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(async () => {
  await endScenario();
  await slack.close();
});

const UNTIL_CLEARED = 1_000_000;
const UNAVAILABLE = { status: 503, body: '<h1>Service Unavailable</h1>', contentType: 'text/html' };
const DAY_MS = 24 * 3_600_000;
const SPAN_MS = 5 * 60_000;
/** Of the clock that the test moves, with each look at what it waits for. */
const STEP_MS = 5_000;
const LOOK_MS = 5;

/** How far OneSignal's clock is ahead: it goes with the relay's, so that a second between two writes is one for both. */
let aheadMs: number;

/** What failed rests by that clock too: however slow the machine is, no test waits for what a fault's tries added up to. */
const byThatClock: Sleep = async (ms, signal) => {
  const until = Date.now() + aheadMs + ms;
  while (!signal.aborted && Date.now() + aheadMs < until) await sleep(LOOK_MS, signal);
};

function start(relay: StartOptions = {}): Promise<Scenario> {
  aheadMs = 0;
  const variables = { RELAY_ALERT_WEBHOOK: slack.webhook, ...relay.variables };
  const quick = { alertEveryMs: 10, setupEveryMs: 50, streamTiming: { waitScale: 0.005 }, restAfterFault: byThatClock };
  const onesignal = { clock: () => Date.now() + aheadMs };
  return startScenario({ world: { onesignal }, relay: { ...quick, ...relay, variables } });
}

const holding = (s: Scenario): string[] => s.relay.relay.alerts().map(({ name }) => name);

function passTime(s: Scenario, ms: number): void {
  s.passTime(ms);
  aheadMs += ms;
}

/** Lets the clock run until it is so. */
function inTime(s: Scenario, what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  return s.until(what, async () => {
    if (await condition()) return true;
    passTime(s, STEP_MS);
    return false;
  });
}

const lines = (): string[] => slack.messages.flatMap((text) => text.split('\n'));
const told = (name: AlertName, how: 'since' | 'is over') => lines().filter((line) => line.includes(`*${name}* ${how}`));

async function metric(s: Scenario, name: AlertName): Promise<number | undefined> {
  const { values } = await s.relay.metrics.alert.get();
  return values.find(({ labels }) => labels.name === name)?.value;
}

/** The alert of a fault that is there from now on: it holds, is exported, and is told once, with its next step. */
async function starts(s: Scenario, name: AlertName): Promise<void> {
  await inTime(s, `${name} is told`, () => told(name, 'since').length > 0);
  expect(holding(s)).toContain(name);
  expect(await metric(s, name)).toBe(1);
  expect(told(name, 'since')).toEqual([expect.stringMatching(/: .+\. Next: [`A-Z].*docs\/runbook\.md#/)]);
  expect(told(name, 'is over')).toEqual([]);
}

/** The fault is gone: the alert ends, and that is told once. */
async function ends(s: Scenario, name: AlertName): Promise<void> {
  await inTime(s, `the end of ${name} is told`, () => told(name, 'is over').length > 0);
  await inTime(s, 'nothing else is told', () => holding(s).length === 0);
  expect(await metric(s, name)).toBe(0);
  expect([told(name, 'since').length, told(name, 'is over').length]).toEqual([1, 1]);
}

/** What no message may tell: names and addresses of people. */
afterEach(() => expect(lines().join()).not.toMatch(/Lead \d|@/));

test('stream_silent: Salesforce lets nobody listen', async () => {
  const s = await start();
  s.world.salesforce.faults.denyHandshakes();
  s.world.salesforce.faults.forgetClients();
  s.world.salesforce.faults.resetSockets();
  await starts(s, 'stream_silent');
  s.world.salesforce.faults.allowHandshakes();
  await ends(s, 'stream_silent');
});

test('lag and onesignal_down: OneSignal is down', async () => {
  const s = await start();
  s.world.onesignal.faults.down();
  const id = s.lead();
  await starts(s, 'onesignal_down');
  await starts(s, 'lag');
  s.world.onesignal.faults.up();
  await inTime(s, 'the change is through', () => s.said(id) === 'Synced OK');
  await ends(s, 'lag');
  await ends(s, 'onesignal_down');
});

test('dead_letters: ten records fail', async () => {
  const s = await start();
  const refusal = { status: 400, body: { errors: [{ title: 'no' }] } };
  s.world.onesignal.faults.answer(UNTIL_CLEARED, refusal, { call: 'create_user' });
  for (let n = 0; n < 10; n += 1) s.lead();
  await starts(s, 'dead_letters');
  expect(told('dead_letters', 'since')[0]).toContain('10 records have failed');
  s.world.onesignal.faults.clear();
  await s.relay.store.retryDeadLetters({}, s.relay.store.now());
  await ends(s, 'dead_letters');
});

test('write_backs_refused: a validation rule is in the way of every status', async () => {
  const s = await start();
  s.world.org.addValidationRule('Lead', (row) => row.OneSignal_Sync_Status__c !== null, 'No.');
  for (let n = 0; n < 10; n += 1) s.lead();
  await starts(s, 'write_backs_refused');
  s.world.org.removeValidationRules('Lead');
  await s.relay.store.retryDeadLetters({}, s.relay.store.now());
  await ends(s, 'write_backs_refused');
});

test('api_budget: the relay has used up its share', async () => {
  const s = await start();
  const from = Math.floor(s.relay.store.now() / SPAN_MS) * SPAN_MS;
  await s.relay.store.addUsage({ spans: [{ allotment: 'api_call', from, count: 50_000 }], forgetBefore: 0 });
  await s.restart({ waitsForReady: false });
  await starts(s, 'api_budget');
  passTime(s, DAY_MS + SPAN_MS);
  await ends(s, 'api_budget');
});

test('deliveries_budget: the org has spent its event deliveries', async () => {
  const s = await start();
  s.lead();
  await s.settled();
  s.world.salesforce.faults.spendDeliveries();
  await starts(s, 'deliveries_budget');
  expect(told('stream_silent', 'since')).toEqual([]);
  s.world.salesforce.faults.restoreDeliveries();
  await ends(s, 'deliveries_budget');
});

test('store_failing: the disk is full, which is told once though the store can’t keep that it was', async () => {
  let isFull = false;
  const before = () => {
    if (isFull) throw new RelayError('STORE_FAILED', 'The disk is full.');
  };
  const s = await start({
    wrapStore: (store) => failingStore(store, { before, after: () => undefined, aheadMs: () => 0 }),
  });
  isFull = true;
  await starts(s, 'store_failing');
  isFull = false;
  await ends(s, 'store_failing');
});

test('salesforce_refused: the login is refused', async () => {
  const s = await start();
  s.world.salesforce.faults.revokeTokens();
  const refusal = { status: 400, body: '{"error":"invalid_grant"}', contentType: 'application/json' };
  s.world.salesforce.faults.answerHttp(UNTIL_CLEARED, { on: 'token', ...refusal });
  await starts(s, 'salesforce_refused');
  expect(told('salesforce_refused', 'since')[0]).toContain('(SALESFORCE_LOGIN_REFUSED)');
  s.world.salesforce.faults.clearHttp();
  await ends(s, 'salesforce_refused');
});

test('salesforce_refused: so it is at the start, before the relay has begun to work', async () => {
  const s = await start();
  await s.stop();
  const refusal = { status: 400, body: '{"error":"invalid_grant"}', contentType: 'application/json' };
  s.world.salesforce.faults.answerHttp(UNTIL_CLEARED, { on: 'token', ...refusal });
  await s.restart({ waitsForReady: false });
  await starts(s, 'salesforce_refused');
  s.world.salesforce.faults.clearHttp();
  await ends(s, 'salesforce_refused');
});

test('salesforce_down: Salesforce answers 503', async () => {
  const s = await start();
  s.world.salesforce.faults.answerHttp(UNTIL_CLEARED, { on: 'rest', ...UNAVAILABLE });
  await starts(s, 'salesforce_down');
  s.world.salesforce.faults.clearHttp();
  await ends(s, 'salesforce_down');
});

test('onesignal_refused: the key was revoked', async () => {
  const s = await start();
  s.world.onesignal.faults.unauthorized(true);
  s.lead();
  await starts(s, 'onesignal_refused');
  s.world.onesignal.faults.unauthorized(false);
  await ends(s, 'onesignal_refused');
});

test('mapping_faulty: a setting has a value that nobody knows', async () => {
  const s = await start();
  s.world.org.setSettings({ Unmapped_Stage__c: 'Whatever' });
  await starts(s, 'mapping_faulty');
  s.world.org.setSettings({});
  await ends(s, 'mapping_faulty');
});

test('a fault that is over before it is one for a person is told to nobody', async () => {
  const s = await start();
  s.world.salesforce.faults.denyHandshakes();
  s.world.salesforce.faults.forgetClients();
  s.world.salesforce.faults.resetSockets();
  await s.until('it shows', () => s.reasons().includes('STREAM_NOT_SUBSCRIBED'));
  passTime(s, 4 * 60_000);
  s.world.salesforce.faults.allowHandshakes();
  await s.until('it is over', () => s.relay.relay.readiness().isReady);
  const until = s.relay.store.now() + 10 * 60_000;
  await inTime(s, 'ten minutes are over', () => s.relay.store.now() > until);
  expect([slack.requests, holding(s)]).toEqual([0, []]);
});

test('an alert that holds over a stop and a start is told once, and ends after the start', async () => {
  const s = await start();
  s.world.org.setSettings({ Unmapped_Stage__c: 'Whatever' });
  await starts(s, 'mapping_faulty');
  await s.restart();
  await s.until('it goes on', () => holding(s).includes('mapping_faulty'));
  await inTime(s, 'it is known by its own fault', () => s.relay.relay.alerts()[0]?.what.includes('settings') === true);
  expect(slack.messages).toHaveLength(1);
  await s.stop();
  s.world.org.setSettings({});
  await s.restart();
  await ends(s, 'mapping_faulty');
  expect(slack.messages).toHaveLength(2);
});

test('without a webhook an alert holds and is exported all the same', async () => {
  aheadMs = 0;
  const s = await startScenario({ relay: { alertEveryMs: 10 } });
  s.world.onesignal.faults.unauthorized(true);
  s.lead();
  await inTime(s, 'it holds', () => holding(s).includes('onesignal_refused'));
  expect(await metric(s, 'onesignal_refused')).toBe(1);
  expect(await s.relay.store.toldAlerts()).toEqual([]);
});

test('the address of the webhook is in no line of the log, whatever the webhook answers', async () => {
  const said: string[] = [];
  const tell = (message: string, fields: object = {}) => void said.push(message + JSON.stringify(fields));
  const s = await start({ logger: { ...SILENT_LOGGER, info: tell, warn: tell, error: tell, debug: tell } });
  slack.drop(1);
  slack.refuse(1, 'no_service');
  s.world.onesignal.faults.unauthorized(true);
  s.lead();
  await starts(s, 'onesignal_refused');
  expect(slack.requests).toBe(3);
  const ofWebhook = () => said.filter((line) => line.includes('webhook'));
  // The relay says so once the answer is back.
  await s.until('the last answer is told of', () => ofWebhook().length >= 3);
  expect(ofWebhook()).toHaveLength(3);
  expect(said.join()).not.toMatch(/emulatedSecretPart|services\//);
});
