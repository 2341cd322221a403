import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createTidy } from '../../relay/pipeline/tidy.ts';
import { SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { endScenario, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const DAY = 86_400_000;
const EXTERNAL_ID = 'acct-4711-of-a-person';
const SETTINGS = { Sync_Email__c: true, Sync_Phone__c: true, Max_Tags__c: 9 };

const start = (settings: Readonly<Record<string, unknown>> = {}) =>
  startScenario({ prepare: ({ org }) => org.setSettings({ ...SETTINGS, ...settings }) });

/** A pass, as it would be so much later. */
const tidyOnce = ({ relay }: Scenario, laterMs = 0) =>
  createTidy({
    store: relay.store,
    logger: SILENT_LOGGER,
    retentionDays: 30,
    epoch: () => relay.process.epoch,
    now: () => relay.store.now() + laterMs,
  }).pass(new AbortController().signal);

/** Every table but those that hold nothing of a record. */
function everything({ relay: { dataDir } }: Scenario): Record<string, Record<string, unknown>[]> {
  const database = new DatabaseSync(join(dataDir, 'relay.db'), { readOnly: true });
  const tables = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all();
  const rows = tables.map(({ name }) => [String(name), database.prepare(`SELECT * FROM ${name}`).all()] as const);
  database.close();
  return Object.fromEntries(
    rows.filter(
      ([name, held]) => held.length > 0 && !['state', 'parts', 'cursors', 'history', 'told_alerts'].includes(name),
    ),
  );
}

/** With what SQLite has not moved into the file yet. */
function bytesOf({ relay: { dataDir } }: Scenario): string {
  return ['relay.db', 'relay.db-wal'].map((name) => readFileSync(join(dataDir, name)).toString('latin1')).join('');
}

const person = { OneSignal_External_Id__c: EXTERNAL_ID, Email: 'p.erson@example.com', MobilePhone: '+4915112345678' };

/** A lead that was synced, then deleted, and found so. */
async function deletedLead(s: Scenario): Promise<string> {
  const id = s.lead(person);
  await s.settled();
  expect(JSON.stringify(everything(s))).toContain(EXTERNAL_ID);
  s.remove(id);
  await s.settled();
  await s.until('the record is found deleted', () => JSON.stringify(everything(s).verdicts).includes('RECORD_DELETED'));
  return id;
}

test.each(['ClearTags', 'Keep', 'DeleteUser'])(
  'a deleted lead leaves nothing behind after the retention time (%s)',
  async (Deleted_Record__c) => {
    const s = await start({ Deleted_Record__c });
    const id = await deletedLead(s);
    await tidyOnce(s);
    s.passTime(29 * DAY);
    await tidyOnce(s);
    expect(everything(s).verdicts).toMatchObject([
      { record_id: id, stage: null, onesignal_id: null, input_hash: null },
    ]);
    expect(everything(s).records).toMatchObject([{ record_id: id, user_key: null, hint_stage: null }]);
    s.passTime(2 * DAY);
    await tidyOnce(s);
    await s.until('heartbeats have let go of the claims too', () => Object.keys(everything(s)).length === 0);
  },
);

test('a merged lead leaves nothing of its own behind, and the winner all', async () => {
  const s = await start();
  const [winner, loser] = [s.lead({ OneSignal_External_Id__c: 'winner' }), s.lead(person)];
  await s.settled();
  s.merge(winner, loser);
  await s.settled();
  await s.until('the merge is found', () => JSON.stringify(everything(s).verdicts).includes('RECORD_MERGED'));
  await tidyOnce(s);
  s.passTime(31 * DAY);
  await tidyOnce(s);
  expect(everything(s).records?.map(({ record_id: id }) => id)).toEqual([winner]);
  expect((await s.relay.store.users(['winner'])).size).toBe(1);
});

test('a living lead is untouched by a year of tidying, and needs nothing sent anew after it', async () => {
  const s = await start();
  const id = s.lead(person);
  await s.settled();
  const kept = ({ records, users, verdicts, addresses }: ReturnType<typeof everything>) => ({
    records,
    users,
    verdicts,
    addresses,
  });
  const before = kept(everything(s));
  for (let week = 0; week < 52; week++) {
    s.passTime(7 * DAY);
    await tidyOnce(s);
  }
  expect(kept(everything(s))).toEqual(before);
  const writes = s.world.onesignal.stats.writes.length;
  s.world.publish({ Record_Id__c: id, Object_Name__c: 'Lead', Change_Type__c: 'DetailsChanged' });
  await s.settled();
  expect(s.world.onesignal.stats.writes.length).toBe(writes);
});

test('the first pass comes with the start, so that a relay that is restarted every day forgets too', async () => {
  const s = await start();
  await deletedLead(s);
  s.passTime(31 * DAY);
  await s.restart();
  await s.until('it is forgotten', () => everything(s).records === undefined && everything(s).verdicts === undefined);
});

test('a lead that comes back from the recycle bin within the time is synced again', async () => {
  const s = await start();
  const id = await deletedLead(s);
  expect(s.user(EXTERNAL_ID)?.tags.sf_stage).toBeUndefined();
  await tidyOnce(s, 29 * DAY);
  expect(s.world.org.undelete('Lead', id, s.world.seller).success).toBe(true);
  await s.restart();
  await s.until('its tags are back', () => s.user(EXTERNAL_ID)?.tags.sf_stage === 'Open - Not Contacted');
});

test('no email and no phone number is ever in the store', async () => {
  const s = await start();
  s.lead(person);
  await s.settled();
  const bytes = bytesOf(s);
  expect(bytes).toContain(EXTERNAL_ID);
  expect(bytes).not.toContain(person.Email);
  expect(bytes).not.toContain(person.MobilePhone.slice(3));
});

test('the metrics page shows how large the store is', async () => {
  const s = await start();
  s.lead(person);
  await s.settled();
  await s.relay.relay.measure();
  const page = await s.relay.metrics.registry.metrics();
  expect(page).toMatch(/^relay_store_bytes [1-9]\d+$/m);
  expect(page).toMatch(/^relay_store_rows\{kind="records"\} 1$/m);
  expect(page).toMatch(/^relay_store_rows\{kind="users"\} 1$/m);
});
