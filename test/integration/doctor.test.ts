import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EnvironmentVariables, readEnvironment } from '../../relay/config/environment.ts';
import { CHECKS, type CheckId, type CheckResult } from '../../relay/doctor/check.ts';
import { runDoctor } from '../../relay/doctor/doctor.ts';
import { openStore } from '../../relay/store/open-store.ts';
import type { Store } from '../../relay/store/store.ts';
import { startWorld, type World, type WorldOptions } from '../emulators/world.ts';
import { relayProcess } from './relay-process.ts';

const LITTLE_ALLOCATION = 100;
const SEEN = { relayPermissionSets: ['OneSignal_Diagnosis'] };
const STAGE_ROW = { Object_Name__c: 'Lead', Lifecycle_Stage__c: 'lead', Is_Active__c: true };

let folder: string;
let world: World;
let store: Store | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: WorldOptions = {}): Promise<void> {
  world = await startWorld({ ...SEEN, ...options });
}

/** A look at this world, with other variables where they are given. */
async function doctor(env: EnvironmentVariables = {}): Promise<CheckResult[]> {
  const variables = { ...world.environment, RELAY_DATA_DIR: folder, ...env };
  const environment = readEnvironment(variables, () => '');
  const open = async () => {
    store = await openStore(environment);
    return store;
  };
  try {
    const { results } = await runDoctor({
      environment,
      openStore: open,
      streamTiming: { waitScale: 0.01 },
      streamPatienceMs: 2_000,
    });
    return [...results];
  } finally {
    await store?.close();
    store = undefined;
  }
}

/** Checks that did not pass, with what came of them. */
const troubles = (results: readonly CheckResult[]) =>
  results.filter(({ status }) => status !== 'pass').map(({ check, status }) => `${check} ${status}`);

const saidOf = (results: readonly CheckResult[], check: CheckId) => {
  const result = results.find((one) => one.check === check);
  return `${result?.says} ${result?.fix}`;
};

test('a sound set-up passes every check', async () => {
  await start();
  const results = await doctor();
  expect(troubles(results)).toEqual([]);
  expect(results.map(({ check }) => check)).toEqual(Object.keys(CHECKS));
});

test('what can’t be seen in Setup is no failure, and says how to see it', async () => {
  await start({ relayPermissionSets: [] });
  const results = await doctor();
  expect(troubles(results)).toEqual(['view_all warn', 'flows warn']);
  expect(saidOf(results, 'flows')).toContain('OneSignal Diagnosis');
});

test('a share of the org’s allocations that the relay has used up is a warning, with what it used', async () => {
  await start();
  const kept = await openStore(readEnvironment({ ...world.environment, RELAY_DATA_DIR: folder }, () => ''));
  const from = kept.now();
  const spans = [
    { allotment: 'api_call', from, count: 1_000 } as const,
    { allotment: 'delivery', from, count: 499 } as const,
  ];
  await kept.addUsage({ spans, forgetBefore: 0 });
  await kept.close();
  const results = await doctor({ RELAY_API_SHARE: '0.01' });
  expect(troubles(results)).toEqual(['api_calls warn']);
  expect(saidOf(results, 'api_calls')).toMatch(/used 1000 of its share of 1000\..*RELAY_API_SHARE/);
  expect(saidOf(results, 'deliveries')).toContain('used 499 of its share of 500.');
});

test('the webhook is looked at: whether it is on, and whether OneSignal tells anything', async () => {
  await start();
  expect(saidOf(await doctor(), 'webhook')).toContain('RELAY_WEBHOOK_TOKEN is not set');
  const on = { RELAY_WEBHOOK_TOKEN: 'a-token-of-the-webhook' };
  const quiet = await doctor(on);
  expect([troubles(quiet), saidOf(quiet, 'webhook')]).toEqual([
    ['webhook warn'],
    expect.stringContaining('no message yet'),
  ]);
  await tell('m-1', 8);
  expect(troubles(await doctor(on))).toEqual(['webhook warn']);
  await tell('m-2', 3);
  const well = await doctor(on);
  expect([troubles(well), saidOf(well, 'webhook')]).toEqual([[], expect.stringContaining('3 days ago')]);
});

/** OneSignal told of a message so long ago. */
async function tell(id: string, daysAgo: number): Promise<void> {
  const kept = await openStore(readEnvironment({ ...world.environment, RELAY_DATA_DIR: folder }, () => ''));
  const clicked = { channel: 'email', what: 'clicked', at: 0, externalId: 'u', onesignalId: null } as const;
  await kept.addEngagement([{ ...clicked, id, messageId: id, messageName: null }], kept.now() - daysAgo * 86_400_000);
  await kept.close();
}

interface Broken {
  what: string;
  /** What does not pass, in the order of the checks. */
  finds: string[];
  /** Of the first of them. */
  says: RegExp;
  options?: WorldOptions;
  env?: (world: World) => EnvironmentVariables;
  break?: (world: World) => void;
  /** What the fix says, done; without it, the variable is left out. */
  mend?: (world: World) => void;
}

const RELAY = 'OneSignal_Relay';
const AFTER_LOGIN = Object.keys(CHECKS).slice(2, 17);

const BROKEN: readonly Broken[] = [
  {
    what: 'a wrong client secret',
    finds: ['login fail', ...AFTER_LOGIN.map((check) => `${check} skipped`)],
    says: /invalid_client/,
    env: () => ({ SALESFORCE_CLIENT_SECRET: 'wrong' }),
  },
  {
    what: 'nobody at the login address',
    finds: ['login fail', ...AFTER_LOGIN.map((check) => `${check} skipped`)],
    says: /No answer from the login/,
    env: () => ({ SALESFORCE_LOGIN_URL: 'http://127.0.0.1:9' }),
  },
  {
    what: 'a channel that the org does not have',
    finds: ['stream fail'],
    says: /takes no subscription to \/event\/Nothing__e/,
    env: () => ({ SALESFORCE_CHANNEL: '/event/Nothing__e' }),
  },
  {
    what: 'a wrong OneSignal key',
    finds: ['onesignal fail'],
    says: /refuses the key/,
    env: () => ({ ONESIGNAL_API_KEY: 'wrong' }),
  },
  {
    what: 'a wrong OneSignal app',
    finds: ['onesignal fail'],
    says: /refuses the key/,
    env: () => ({ ONESIGNAL_APP_ID: '00000000-0000-4000-8000-000000000001' }),
  },
  {
    what: 'nobody at OneSignal’s address',
    finds: ['onesignal fail'],
    says: /does not answer/,
    env: () => ({ ONESIGNAL_API_URL: 'http://127.0.0.1:9' }),
  },
  {
    what: 'a token that is not for the API',
    finds: ['scopes fail'],
    says: /for id, openid, and not for the API.*OAuth scope/,
    break: ({ salesforce }) => salesforce.faults.grantScopes('id openid'),
    mend: ({ salesforce }) => salesforce.faults.grantScopes('api id'),
  },
  {
    what: 'an API version that the org does not have',
    finds: ['api_version fail'],
    says: /no API version 99\.0; its newest is 68\.0.*Set SALESFORCE_API_VERSION to 68\.0/,
    env: () => ({ SALESFORCE_API_VERSION: '99.0' }),
  },
  {
    what: 'a package that is older than the relay',
    finds: ['package warn'],
    says: /version 0\.0\.9.*Upgrade the package/,
    break: ({ org }) => org.putMetadataRow('OneSignal_Package__mdt', 'Current', { Version__c: '0.0.9' }),
    mend: ({ org }) => org.putMetadataRow('OneSignal_Package__mdt', 'Current', { Version__c: '0.1.0' }),
  },
  {
    what: 'a package that is not there',
    finds: ['package fail'],
    says: /not in the org.*Install the package/,
    break: ({ org }) => org.removeMetadataRow('OneSignal_Package__mdt', 'Current'),
    mend: ({ org }) => org.putMetadataRow('OneSignal_Package__mdt', 'Current', { Version__c: '0.1.0' }),
  },
  {
    what: 'a field that the integration user can’t read',
    finds: ['fields fail'],
    says: /Lead: can’t read OneSignal_Synced_At__c\./,
    break: ({ org }) =>
      org.changePermissionSet(RELAY, ({ readable }) => readable.delete('lead.onesignal_synced_at__c')),
    mend: ({ org }) => org.changePermissionSet(RELAY, ({ readable }) => readable.add('lead.onesignal_synced_at__c')),
  },
  {
    what: 'a field that the integration user can’t edit',
    finds: ['fields fail'],
    says: /Contact: can’t edit OneSignal_Id__c\./,
    break: ({ org }) => org.changePermissionSet(RELAY, ({ editable }) => editable.delete('contact.onesignal_id__c')),
    mend: ({ org }) => org.changePermissionSet(RELAY, ({ editable }) => editable.add('contact.onesignal_id__c')),
  },
  {
    what: 'no View All on contacts',
    finds: ['view_all fail'],
    says: /no View All on Contact:.*NOT_VISIBLE/,
    break: ({ org }) => org.changePermissionSet(RELAY, ({ objects }) => setViewAll(objects.get('contact'), false)),
    mend: ({ org }) => org.changePermissionSet(RELAY, ({ objects }) => setViewAll(objects.get('contact'), true)),
  },
  {
    what: 'an unknown value in the settings',
    finds: ['settings warn'],
    says: /Unmapped_Stage__c is not one of/,
    break: ({ org }) => org.setSettings({ Unmapped_Stage__c: 'Ignore' }),
    mend: ({ org }) => org.setSettings({ Unmapped_Stage__c: 'Skip' }),
  },
  {
    what: 'the kill switch',
    finds: ['kill_switch warn'],
    says: /paused.*Untick/,
    break: ({ org }) => org.setSettings({ Is_Paused__c: true }),
    mend: ({ org }) => org.setSettings({ Is_Paused__c: false }),
  },
  {
    what: 'a tag row with a key that OneSignal reserves',
    finds: ['mapping_rows fail'],
    says: /OneSignal_Tag_Mapping__mdt\.Bad uses the tag key "journey.*reserves/,
    break: ({ org }) => org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'Bad', tagRow('journey')),
    mend: ({ org }) => org.removeMetadataRow('OneSignal_Tag_Mapping__mdt', 'Bad'),
  },
  {
    what: 'two rows for one stage',
    finds: ['mapping_rows fail'],
    says: /OneSignal_Stage_Mapping__mdt\.Second names a Lead stage that another row maps already/,
    break({ org }) {
      for (const name of ['First', 'Second'])
        org.putMetadataRow('OneSignal_Stage_Mapping__mdt', name, { ...STAGE_ROW, Stage__c: 'Working - Contacted' });
    },
    mend: ({ org }) => org.removeMetadataRow('OneSignal_Stage_Mapping__mdt', 'Second'),
  },
  {
    what: 'a row for a stage that no picklist has',
    finds: ['stages warn'],
    says: /name stages that no picklist has: Lead “Wroking”/,
    break: ({ org }) =>
      org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Typo', { ...STAGE_ROW, Stage__c: 'Wroking' }),
    mend: ({ org }) =>
      org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Typo', { ...STAGE_ROW, Stage__c: 'Working - Contacted' }),
  },
  {
    what: 'stages that are skipped as no row names them',
    finds: ['stages warn'],
    says: /unmapped stages are skipped: Lead “Open - Not Contacted”/,
    break({ org }) {
      org.setSettings({ Unmapped_Stage__c: 'Skip' });
      org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'One', { ...STAGE_ROW, Stage__c: 'Working - Contacted' });
    },
    mend: ({ org }) => org.setSettings({ Unmapped_Stage__c: 'PassThrough' }),
  },
  {
    what: 'more tags than the plan allows',
    finds: ['tags warn'],
    says: /allows a user 2 tags; left out are: Lead: city\./,
    break: ({ org }) => org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'City', tagRow('city', 'Email')),
    mend: ({ org }) => org.setSettings({ Max_Tags__c: 3 }),
  },
  {
    what: 'a flow that somebody has deactivated',
    finds: ['flows fail'],
    says: /Not active: OneSignal_Lead_After_Save\./,
    break: ({ org }) => org.deactivateFlow('OneSignal_Lead_After_Save'),
    mend: ({ org }) => org.activateFlow('OneSignal_Lead_After_Save'),
  },
  {
    what: 'few event deliveries left',
    finds: ['deliveries fail', 'stream fail'],
    says: /^0 of 100 event deliveries/,
    options: { salesforce: { deliveriesPerDay: LITTLE_ALLOCATION } },
    break: ({ salesforce }) => salesforce.faults.spendDeliveries(),
    mend: ({ salesforce }) => salesforce.faults.restoreDeliveries(),
  },
];

function setViewAll(rights: { viewAll: boolean } | undefined, viewAll: boolean): void {
  if (rights !== undefined) rights.viewAll = viewAll;
}

function tagRow(tag: string, field = 'Email') {
  return { Object_Name__c: 'Lead', Field__c: field, Kind__c: 'Tag', Tag__c: tag, Is_Active__c: true };
}

test.each(BROKEN)(
  '$what is found, named, and passes once it is mended',
  async ({ finds, says, options = {}, env = () => ({}), break: spoil, mend }) => {
    await start(options);
    spoil?.(world);
    const results = await doctor(env(world));
    expect(troubles(results)).toEqual(finds);
    const [first = ''] = finds;
    expect(saidOf(results, first.split(' ')[0] as CheckId)).toMatch(says);
    mend?.(world);
    expect(troubles(await doctor())).toEqual([]);
  },
);

test('the command prints a line a check, and ends with 1 where one fails', async () => {
  await start();
  const env = { ...world.environment, RELAY_DATA_DIR: folder };
  const well = relayProcess(['doctor'], env, folder);
  expect(await well.ended).toBe(0);
  expect(well.stdout()).toContain('✔ pass  OneSignal key and app: OneSignal takes the key for the app.\n');
  expect(well.stdout().trimEnd()).toMatch(/\n23 pass, 0 to look at, 0 failed, 0 not looked at\.$/);
  const ill = relayProcess(['doctor', '--json'], { ...env, ONESIGNAL_API_KEY: 'wrong' }, folder);
  expect(await ill.ended).toBe(1);
  expect(JSON.parse(ill.stdout())).toMatchObject({ pass: 22, fail: 1 });
});

test('a wrong environment is the one line, with everything that is wrong with it', async () => {
  await start();
  const { SALESFORCE_CLIENT_ID: _, ...env } = world.environment;
  const ran = relayProcess(['doctor'], { ...env, RELAY_DATA_DIR: folder, PORT: 'x' }, folder);
  expect(await ran.ended).toBe(1);
  expect(ran.stdout()).toMatch(/✘ FAIL {2}Environment: .*SALESFORCE_CLIENT_ID.*PORT/s);
  expect(ran.stdout().trimEnd()).toMatch(/0 pass, 0 to look at, 1 failed, 0 not looked at\.$/);
});
