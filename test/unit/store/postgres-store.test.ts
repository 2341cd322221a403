import { leaseDue } from '../../../relay/store/postgres-due.ts';
import { MIGRATIONS } from '../../../relay/store/postgres-schema.ts';
import { openPostgresStore } from '../../../relay/store/postgres-store.ts';
import { tidy } from '../../../relay/store/postgres-tidy.ts';
import { TIDIED } from '../../../relay/store/tidy-rules.ts';
import { asProcess } from '../../emulators/one-process.ts';
import { asConnection, batch, lease, severalProcesses } from './postgres-processes.ts';
import { describeStore } from './store-conformance.ts';
import { CHANNEL, LEAD, result, T0, user, verdict } from './store-samples.ts';

const { schema, url, query, openStore, startProcess } = severalProcesses();

describeStore('PostgreSQL', async () => {
  const { store, epoch } = await startProcess();
  return asProcess(store, () => epoch);
});

test('everything is there after it was closed and opened again', async () => {
  const before = await startProcess();
  await before.store.commitEvents(batch(before.epoch, LEAD));
  await before.store.close();
  const after = await startProcess();
  expect(await after.store.cursor(CHANNEL)).toBe('7');
  expect(await lease(after)).toHaveLength(1);
});

test('a lease reads what it takes and not all that is due, though there are no statistics yet', async () => {
  const { store, epoch } = await startProcess();
  const ids = Array.from({ length: 20_000 }, (_, i) => `00Q${String(i).padStart(12, '0')}EAA`);
  await store.commitEvents(batch(epoch, ...ids));
  let read = 0;
  await asConnection(url(), async (current) => {
    await leaseDue(current, { epoch, limit: 100, now: T0, leaseMs: 1 });
    const [table] = await current.query(
      `SELECT seq_tup_read + idx_tup_fetch AS rows FROM pg_stat_xact_user_tables WHERE relid = 'records'::regclass`,
    );
    read = Number(table?.rows);
  });
  expect(read).toBeGreaterThanOrEqual(100);
  expect(read).toBeLessThan(1_000);
});

test.each([false, true])(
  'a page of tidying reads about what it looks at and not all there is (analyzed: %s)',
  async (isAnalyzed) => {
    const { store, epoch } = await startProcess();
    const ids = Array.from({ length: 20_000 }, (_, i) => `00Q${String(i).padStart(12, '0')}EAA`);
    const links = ids.map((recordId) => ({ recordId, object: 'Lead' as const, userKey: `user-${recordId}` }));
    const users = links.map(({ userKey }) => user(userKey));
    const verdicts = ids.map((recordId) => verdict(recordId, { needsWriteBack: false }));
    await store.commitSync([{ ...result({ links, users, verdicts }), epoch, released: [] }], T0);
    await query(`INSERT INTO addresses (type, hash, user_key, record_id, origin)
               SELECT 'Email', record_id, user_key, record_id, 'ours' FROM records`);
    await query(
      `INSERT INTO address_waiters (type, hash, record_id) SELECT 'Email', record_id, record_id FROM records`,
    );
    if (isAnalyzed) await query('ANALYZE');
    for (const table of TIDIED) {
      let read = 0;
      await asConnection(url(), async (current) => {
        const page = { epoch, table, after: undefined, limit: 100, now: T0, forgetBefore: T0 + 1 };
        await tidy(current, page);
        const [total] = await current.query(
          `SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) AS rows FROM pg_stat_xact_user_tables`,
        );
        read = Number(total?.rows);
      });
      expect([table, read < 5_000]).toEqual([table, true]);
    }
  },
);

test('it leaves the rest of the database alone', async () => {
  const outside = `SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
                   AND schemaname NOT LIKE 'shared_%'`;
  await openStore();
  expect(await query(outside)).toEqual([{ tables: 0 }]);
  expect(await query(`SELECT count(*)::int > 5 AS found FROM pg_tables WHERE schemaname = '${schema()}'`)).toEqual([
    { found: true },
  ]);
});

test('of several that start at once on nothing, one makes the schema and all find it', async () => {
  const stores = await Promise.all(Array.from({ length: 5 }, () => openStore()));
  for (const store of stores) await store.join();
  const versions = await query('SELECT version FROM migrations ORDER BY version');
  expect(versions.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, i) => i + 1));
});

test('a newer version changes the schema once, around what it holds', async () => {
  const old = await startProcess();
  await old.store.commitEvents(batch(old.epoch, LEAD));
  const next = [...MIGRATIONS, "ALTER TABLE records ADD COLUMN colour text NOT NULL DEFAULT 'red'"];
  for (let i = 0; i < 2; i++) await (await openPostgresStore(url(), next)).close();
  expect(await query('SELECT record_id, colour FROM records')).toEqual([{ record_id: LEAD, colour: 'red' }]);
});

test('a change of the schema that fails leaves the version before', async () => {
  const store = await openStore();
  const broken = [...MIGRATIONS, 'CREATE TABLE half (a integer); ALTER TABLE nowhere ADD COLUMN b text'];
  await expect(openPostgresStore(url(), broken)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(await query(`SELECT to_regclass('half') AS half, (SELECT max(version) FROM migrations) AS version`)).toEqual([
    { half: null, version: MIGRATIONS.length },
  ]);
  expect((await store.counts()).due).toBe(0);
});

test('a store of a newer version is refused and left as it is', async () => {
  await openStore();
  await query('INSERT INTO migrations (version) VALUES (99)');
  await expect(openPostgresStore(url())).rejects.toMatchObject({
    code: 'STORE_NEWER',
    message: expect.stringContaining('99'),
  });
  expect(await query('SELECT max(version) AS version FROM migrations')).toEqual([{ version: 99 }]);
});

test('after it was closed every method rejects, and closing again does no harm', async () => {
  const store = await openStore();
  await store.close();
  await store.close();
  await expect(store.counts()).rejects.toMatchObject({ code: 'STORE_FAILED' });
  await expect(store.join()).rejects.toMatchObject({ code: 'STORE_FAILED' });
});
