import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { UserPreview } from '../../relay/pipeline/preview/preview.ts';
import type { PreviewSummary } from '../../relay/pipeline/preview/preview-tally.ts';
import { relayProcess } from './relay-process.ts';
import { endScenario, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const [FIRST, WORKING] = ['Open - Not Contacted', 'Working - Contacted'];
const stageRow = (stage: string, becomes: string) => ({
  Object_Name__c: 'Lead',
  Stage__c: stage,
  Lifecycle_Stage__c: becomes,
});

async function preview(s: Scenario, ...args: string[]) {
  const { dataDir } = s.relay;
  const ran = relayProcess(['preview', ...args], { ...s.world.environment, RELAY_DATA_DIR: dataDir }, dataDir);
  return { code: await ran.ended, stdout: ran.stdout(), stderr: ran.stderr() };
}

async function previewed(s: Scenario, ...args: string[]): Promise<PreviewSummary & { previews: UserPreview[] }> {
  const { code, stdout, stderr } = await preview(s, ...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** Writes a draft beside the store, and returns its path. */
function draft(s: Scenario, content: unknown): string {
  const file = join(s.relay.dataDir, 'draft.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const writes = (s: Scenario) => s.world.onesignal.stats.writes.length;

test('a record that OneSignal holds as it is would be sent nothing, and one that the relay does not know all of it', async () => {
  const s = await startScenario();
  const known = s.lead();
  await s.settled();
  await s.stop();
  const fresh = s.lead({ OneSignal_External_Id__c: 'app-1' });
  const before = writes(s);
  const { previews } = await previewed(s, known, fresh);
  expect(previews).toMatchObject([
    { externalId: known, action: 'none', records: [{ recordId: known, status: 'Synced', reason: 'OK' }] },
    {
      externalId: 'app-1',
      action: 'create',
      tags: { added: { sf_stage: FIRST, sf_stage_at: expect.stringMatching(/^\d+$/) }, changed: {}, removed: [] },
      aliases: { added: { salesforce_id: fresh } },
    },
  ]);
  expect([writes(s), s.record(fresh).OneSignal_Sync_Status__c]).toEqual([before, null]);
});

test('what a draft would change is what changes once its rows are in the org', async () => {
  const s = await startScenario();
  const [first, second] = [s.lead(), s.lead({ Status: WORKING })];
  const contact = s.contact({ OneSignal_Lifecycle_Stage__c: 'Customer' });
  await s.settled();
  const stages = [stageRow(FIRST, 'awareness')];
  const file = draft(s, { stages, settings: { Unmapped_Stage__c: 'Skip' } });
  const { users, tags, stages: counts, reasons, previews } = await previewed(s, '--all', '--mapping', file);
  expect(users).toEqual({ create: 0, change: 3, clear: 0, delete: 0, none: 0 });
  expect(tags).toEqual({ added: 0, changed: 1, removed: 4 });
  expect(counts).toMatchObject([
    { object: 'Contact', stage: 'Customer', lifecycleStage: null, records: 1, changing: 1, byStatus: { Skipped: 1 } },
    { object: 'Lead', stage: FIRST, lifecycleStage: 'awareness', records: 1, changing: 1, byStatus: { Synced: 1 } },
    { object: 'Lead', stage: WORKING, lifecycleStage: null, records: 1, changing: 1, byStatus: { Skipped: 1 } },
  ]);
  expect(reasons).toEqual([{ reason: 'UNMAPPED_STAGE', status: 'Skipped', records: 2, examples: [second, contact] }]);

  const before = new Map([first, second, contact].map((id) => [id, s.user(id)?.tags ?? {}]));
  s.world.org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'First', { ...stages[0], Is_Active__c: true });
  s.world.org.setSettings({ Unmapped_Stage__c: 'Skip' });
  await s.restart();
  for (const id of before.keys())
    s.update(id, { OneSignal_Sync_Requested_At__c: new Date(s.world.org.now()).toISOString() });
  await s.settled();
  for (const { externalId = '', tags: said } of previews) {
    const held = Object.entries({ ...before.get(externalId), ...said.added, ...said.changed });
    const after = Object.fromEntries(held.filter(([key]) => !said.removed.includes(key)));
    expect(s.user(externalId)?.tags).toEqual(after);
  }
});

test('records that would fail are counted with why, and of one stage only those are shown that have it', async () => {
  const s = await startScenario();
  await s.stop();
  s.lead({ Status: WORKING });
  const bad = s.lead({ OneSignal_External_Id__c: 'NA' });
  const { records, reasons } = await previewed(s, '--stage', FIRST);
  expect([records, reasons]).toEqual([
    1,
    [{ reason: 'BAD_EXTERNAL_ID', status: 'Failed', records: 1, examples: [bad] }],
  ]);
});

test('a deleted record shows what becomes of its user, and a won lead and its contact are one user', async () => {
  const s = await startScenario();
  const [gone, won] = [s.lead(), s.lead()];
  await s.settled();
  await s.stop();
  s.remove(gone);
  const contact = s.convert(won);
  const { previews } = await previewed(s, gone, won, contact);
  expect(previews.find(({ externalId }) => externalId === gone)).toMatchObject({
    action: 'clear',
    tags: { removed: ['sf_stage', 'sf_stage_at'] },
  });
  expect(previews.find(({ externalId }) => externalId === won)).toMatchObject({
    action: 'change',
    aliases: { changed: { salesforce_id: contact }, added: { salesforce_lead_id: won } },
    records: [{ recordId: won }, { recordId: contact }],
  });
});

test('as text it reads like a list for one record, and like tables for all', async () => {
  const s = await startScenario();
  const id = s.lead();
  await s.settled();
  s.world.org.refusePublishing(1);
  s.update(id, { Status: WORKING });
  const one = (await preview(s, id)).stdout;
  expect(one).toContain(`Lead ${id} (${WORKING}): Synced OK.`);
  expect(one).toContain(`OneSignal user ${id}: would change\n    ~ tag sf_stage = ${WORKING}`);
  const all = (await preview(s, '--all')).stdout;
  expect(all).toMatch(/│ Lead +│ Working - Contacted +│ \(as it is\) +│ 1 +│ 1 +│ 1 +│ 0 +│ 0 +│/);
  expect(all.trimEnd()).toMatch(
    /1 records: 0 users new to the relay, 1 would change, 0 stay as they are; .* Nothing was sent\.$/,
  );
});

test('as CSV it has a line a record, and no value that a spreadsheet takes for a formula', async () => {
  const s = await startScenario();
  await s.stop();
  const id = s.lead({ Status: WORKING });
  const contact = s.contact({ OneSignal_Lifecycle_Stage__c: '=1+1' });
  const rows: Record<string, string>[] = parse((await preview(s, '--all', '--csv')).stdout, { columns: true });
  expect(rows).toMatchObject([
    { record: id, action: 'create', status: 'Synced', aliases_added: `salesforce_id=${id}` },
    { record: contact, stage: "'=1+1" },
  ]);
  expect(rows[0]?.tags_added).toMatch(/^sf_stage=Working - Contacted; sf_stage_at=\d+$/);
});

test('the mapping of the org is saved as a draft that changes nothing', async () => {
  const s = await startScenario({
    prepare({ org }) {
      org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'First', { ...stageRow(FIRST, 'lead'), Is_Active__c: true });
      org.setSettings({ Max_Tags__c: 5 });
    },
  });
  s.lead();
  await s.settled();
  const file = join(s.relay.dataDir, 'saved.json');
  const { stdout } = await preview(s, '--save-mapping', file);
  expect(stdout).toContain('1 stage rows and 0 tag rows');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    settings: { Max_Tags__c: 5 },
    stages: [{ DeveloperName: 'First', Stage__c: FIRST, Lifecycle_Stage__c: 'lead' }],
  });
  expect((await previewed(s, '--all', '--mapping', file)).users).toMatchObject({ none: 1, change: 0 });
});

test.each([
  { what: 'nothing is asked for', args: [], says: 'name record ids, --stage or --all' },
  { what: 'an id is none', args: ['00Q1'], says: '00Q1: not the 18 characters' },
  { what: 'the draft is not there', args: ['--all', '--mapping', 'nowhere.json'], says: 'nowhere.json can’t be read' },
])('it says so and ends with 1 where $what', async ({ args, says }) => {
  const s = await startScenario();
  const { code, stderr } = await preview(s, ...args);
  expect(code).toBe(1);
  expect(stderr).toContain(says);
});
