import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { ExportSummary } from '../../relay/pipeline/csv-export/export-users.ts';
import type { OneSignalEmulator } from '../emulators/onesignal/emulator-types.ts';
import { startOneSignal } from '../emulators/onesignal/start-onesignal.ts';
import type { World } from '../emulators/world.ts';
import { relayProcess } from './relay-process.ts';
import { endScenario, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const [FIRST, WORKING, CLOSED] = ['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted'];
const MOBILE = '+491723456789';

let folder: string;
const fresh: OneSignalEmulator[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const app of fresh.splice(0)) await app.close();
});

/** An app that nobody knows yet. */
async function freshApp(): Promise<OneSignalEmulator> {
  const app = await startOneSignal({ appId: 'fresh', apiKey: 'fresh', plan: 'growth' });
  fresh.push(app);
  return app;
}

/** Addresses are sent, all stages but one are mapped, and leads give a tag from a text that people type. */
function prepare({ org }: World): void {
  org.setSettings({ Sync_Email__c: true, Sync_Phone__c: true, Unmapped_Stage__c: 'Skip', Max_Tags__c: 10 });
  for (const [n, stage] of [FIRST, WORKING, 'Closed - Converted'].entries()) {
    const row = { Object_Name__c: 'Lead', Stage__c: stage, Lifecycle_Stage__c: `stage_${n}`, Is_Active__c: true };
    org.putMetadataRow('OneSignal_Stage_Mapping__mdt', `Lead_${n}`, row);
  }
  const customer = { Object_Name__c: 'Contact', Stage__c: 'Customer', Lifecycle_Stage__c: 'customer' };
  org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Contact_0', { ...customer, Is_Active__c: true });
  const title = {
    Object_Name__c: 'Lead',
    Field__c: 'LeadSource',
    Kind__c: 'Tag',
    Tag__c: 'source',
    Is_Active__c: true,
  };
  org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'Source', title);
}

const start = () =>
  startScenario({
    prepare,
    world: {
      org: { packageDirs: ['sfdx/main/default', 'test/fixtures/mapped-fields'] },
      onesignal: { plan: 'growth' },
      relayPermissionSets: ['Mapped_Fields'],
    },
  });

interface Exported extends ExportSummary {
  warnings: string[];
}

async function run(s: Scenario, ...args: string[]) {
  const { dataDir } = s.relay;
  const ran = relayProcess(['export-csv', ...args], { ...s.world.environment, RELAY_DATA_DIR: dataDir }, dataDir);
  return { code: await ran.ended, stdout: ran.stdout(), stderr: ran.stderr() };
}

async function exported(s: Scenario, ...args: string[]): Promise<Exported> {
  const { code, stdout, stderr } = await run(s, '--out', folder, '--json', ...args);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const fileNames = () => readdirSync(folder).sort();
const rows = (): Record<string, string>[] =>
  fileNames().flatMap((name) => parse(readFileSync(join(folder, name)), { columns: true }) as Record<string, string>[]);
const rowOf = (externalId: string) => rows().find((row) => row.external_id === externalId);

/** What there is of people, without what a CSV can't bring. */
function people(onesignal: OneSignalEmulator) {
  const users = onesignal.users.all().filter(({ tags }) => Object.keys(tags).length > 0);
  return Object.fromEntries(
    users.map(({ externalId, tags, subscriptions }) => [
      externalId,
      { tags, on: subscriptions.flatMap(({ token, enabled }) => (enabled ? [token] : [])) },
    ]),
  );
}

test('importing the export into a fresh app makes the users, tags and subscriptions that the sync makes', async () => {
  const s = await start();
  const email = { Email: 'Ada@Example.com' };
  const known = s.lead({ ...email, MobilePhone: '+49 172 3456789', LeadSource: 'Web, "other"' });
  s.lead({ Status: WORKING, Email: 'b@example.com', OneSignal_External_Id__c: 'shared' });
  s.contact({ OneSignal_Lifecycle_Stage__c: 'Customer', Email: 'c@example.com', OneSignal_External_Id__c: 'shared' });
  const optedOut = s.lead({ Email: 'out@example.com', HasOptedOutOfEmail: true });
  const won = s.lead({ Status: WORKING, Email: 'won@example.com', OneSignal_External_Id__c: 'app-won' });
  s.convert(won);
  const unmapped = s.lead({ Status: CLOSED, Email: 'unmapped@example.com' });
  const bad = s.lead({ OneSignal_External_Id__c: 'NA', Email: 'bad@example.com' });
  const second = s.lead({ Email: 'ada@example.com', MobilePhone: '+49 171 3456789' });
  const bare = s.lead({ OneSignal_External_Id__c: 'signed-up' });
  await s.settled();
  const writes = s.world.onesignal.stats.writes.length;
  await s.stop();
  const summary = await exported(s);
  expect(s.world.onesignal.stats.writes).toHaveLength(writes);

  const app = await freshApp();
  app.seedUser({ externalId: 'signed-up' });
  const reports = fileNames().map((name) => app.importCsv(readFileSync(join(folder, name))));
  expect(people(app)).toEqual(people(s.world.onesignal));
  expect(reports).toEqual([{ rows: 6, added: 5, modified: 1, skipped: 0, notImported: 0 }]);
  expect(summary).toMatchObject({
    users: 6,
    usersWithoutAddress: 1,
    addressesLeftOut: { shared: 1, optedOutBeside: 0 },
    files: [{ name: 'onesignal-1.csv', rows: 6, bytes: statSync(join(folder, 'onesignal-1.csv')).size }],
  });
  expect(Object.fromEntries(summary.reasons.map(({ reason, examples }) => [reason, examples]))).toMatchObject({
    UNMAPPED_STAGE: [unmapped],
    BAD_EXTERNAL_ID: [bad],
  });
  expect([known, second, bare].map((id) => rowOf(id)?.email)).toEqual(['ada@example.com', '', undefined]);
  expect(rowOf(optedOut)).toMatchObject({ email: 'out@example.com', subscribed: 'no' });
});

test('the header is that of OneSignal’s import, the tags in the order of the mapping, and blanks are blank', async () => {
  const s = await start();
  await s.stop();
  const id = s.lead({ Email: 'ada@example.com', MobilePhone: MOBILE });
  await exported(s);
  const [header, row] = readFileSync(join(folder, 'onesignal-1.csv'), 'utf8').split('\n');
  expect(header).toBe('external_id,email,phone_number,subscribed,sf_stage,sf_stage_at,source');
  expect(row).toMatch(new RegExp(`^${id},ada@example.com,\\${MOBILE},,stage_0,\\d{10},$`));
  expect(statSync(join(folder, 'onesignal-1.csv')).mode & 0o077).toBe(0);
});

test('nobody who opted out is subscribed, whoever shares the address, and an address is in one row', async () => {
  const s = await start();
  await s.stop();
  const values = { Email: 'both@example.com' };
  const first = s.lead(values);
  const second = s.lead({ ...values, HasOptedOutOfEmail: true });
  const out = s.lead({ Email: 'out@example.com', HasOptedOutOfEmail: true });
  const mixed = s.lead({ Email: 'mixed@example.com', MobilePhone: MOBILE, DoNotCall: true });
  const agreed = s.lead({ Email: 'yes@example.com' });
  const { addressesLeftOut } = await exported(s, '--fresh-app');
  expect(addressesLeftOut).toEqual({ shared: 1, optedOutBeside: 1, off: 0 });
  const address = (id: string) => {
    const row = rowOf(id);
    return [row?.email, row?.phone_number, row?.subscribed];
  };
  expect([first, second, out, mixed, agreed].map(address)).toEqual([
    ['both@example.com', '', 'no'],
    ['', '', ''],
    ['out@example.com', '', 'no'],
    ['mixed@example.com', '', 'yes'],
    ['yes@example.com', '', 'yes'],
  ]);
});

test('an address stays with the user that has it, and one that was unsubscribed in OneSignal is not touched', async () => {
  const s = await start();
  s.world.onesignal.seedUser({
    externalId: 'app-2',
    subscriptions: [{ type: 'Email', token: 'off@example.com', enabled: false }],
  });
  const holder = s.lead({ Email: 'ada@example.com', Status: WORKING });
  s.lead({ Email: 'off@example.com', OneSignal_External_Id__c: 'app-2' });
  await s.settled();
  await s.stop();
  // Records with a lower id, or of leads, come first in an export.
  const rival = s.lead({ Email: 'ada@example.com' });
  s.update(holder, { Status: FIRST });
  const before = people(s.world.onesignal);
  await exported(s);
  expect([rowOf(holder)?.email, rowOf(rival)?.email, rowOf('app-2')?.email]).toEqual(['ada@example.com', '', '']);
  s.world.onesignal.importCsv(readFileSync(join(folder, 'onesignal-1.csv')));
  const after = people(s.world.onesignal);
  expect(after[holder]?.on).toEqual(before[holder]?.on);
  expect(after['app-2']?.on).toEqual([]);
});

test('a user with room for fewer tags gets those that the sync gives it, so that OneSignal does not skip the row', async () => {
  const s = await start();
  const ofTheApp = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`app_${n}`, '1']));
  s.world.onesignal.seedUser({ externalId: 'full', tags: ofTheApp });
  s.lead({ OneSignal_External_Id__c: 'full', LeadSource: 'Web' });
  await s.settled();
  await s.stop();
  await exported(s);
  expect(rowOf('full')).toMatchObject({ sf_stage: 'stage_0', source: '' });
  expect(s.world.onesignal.importCsv(readFileSync(join(folder, 'onesignal-1.csv')))).toMatchObject({ modified: 1 });
});

test('a value that a spreadsheet would run, or that does not print, is in no file; numbers are', async () => {
  const s = await start();
  await s.stop();
  const [sum, line, negative] = [
    s.lead({ LeadSource: '=1+1' }),
    s.lead({ LeadSource: 'two\nlines' }),
    s.lead({ LeadSource: '-5' }),
  ];
  const { leftToSync, users } = await exported(s);
  expect([users, leftToSync]).toEqual([
    1,
    [
      { why: 'formula', users: 1, examples: [sum] },
      { why: 'unprintable', users: 1, examples: [line] },
    ],
  ]);
  expect(rows()).toMatchObject([{ external_id: negative, source: '-5' }]);
});

test('a condition and an object narrow the export, and as text it says what there is', async () => {
  const s = await start();
  await s.stop();
  const wanted = s.lead({ LastName: 'Wanted' });
  s.lead();
  s.contact({ OneSignal_Lifecycle_Stage__c: 'Customer' });
  const { code, stdout } = await run(
    s,
    '--out',
    folder,
    '--object',
    'Lead',
    '--where',
    "LastName = 'Wanted' OR Id = null",
  );
  expect(code).toBe(0);
  expect(rows()).toMatchObject([{ external_id: wanted }]);
  expect(stdout).toContain('1 rows have no email or phone number');
  expect(stdout.trimEnd()).toMatch(/1 records, 1 users in 1 files\. Nothing was sent\.$/);
});

test.each([
  { what: 'the object is none', args: ['--object', 'Account'], says: '--object is not one of Lead, Contact' },
  {
    what: 'the condition is no SOQL',
    args: ['--where', 'Nonsense__c ='],
    says: 'Salesforce does not take the condition of --where',
  },
])('it says so, ends with 1 and leaves no file where $what', async ({ args, says }) => {
  const s = await start();
  await s.stop();
  const { code, stderr } = await run(s, '--out', folder, ...args);
  expect([code, fileNames()]).toEqual([1, []]);
  expect(stderr).toContain(says);
});

test('a folder with an earlier export is refused: its files would be imported with the new ones', async () => {
  const s = await start();
  await s.stop();
  s.lead();
  await exported(s);
  const { code, stderr } = await run(s, '--out', folder);
  expect(code).toBe(1);
  expect(stderr).toContain('holds an export already');
});
