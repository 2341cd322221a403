import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DOUBT_MS, USER_GAP_MS } from '../../../relay/config/onesignal-limits.ts';
import { MIGRATIONS } from '../../../relay/store/sqlite-schema.ts';
import { prepareStatements } from '../../../relay/store/sqlite-statements.ts';
import { openSqliteStore, openSqliteStoreBeside } from '../../../relay/store/sqlite-store.ts';
import { asProcess, joined } from '../../emulators/one-process.ts';
import { describeStore } from './store-conformance.ts';
import {
  CHANNEL,
  change,
  LEAD,
  leaseAll,
  leaseOne,
  makeDue,
  pendingAt,
  result,
  T0,
  user,
  verdict,
} from './store-samples.ts';

const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'relay-store-'));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const start = (folder = newFolder()) => joined(openSqliteStore(folder));

describeStore('SQLite', start);

test('everything is there after it was closed and opened again, a folder that is not there is made', async () => {
  const folder = join(newFolder(), 'deep', 'er');
  const before = await start(folder);
  await before.commitEvents({ channel: CHANNEL, replayId: '5', changes: [change(LEAD)], receivedAt: T0 });
  const users = [user('user-1', { tags: { sf_stage: 'h' }, assertAt: T0 })];
  const links = [{ ...change(LEAD), userKey: 'user-1' }];
  await before.commitSync([result({ verdicts: [verdict(LEAD)], users, links })], T0);
  await leaseAll(before);
  await before.close();
  const after = await start(folder);
  expect(await after.cursor(CHANNEL)).toBe('5');
  expect((await leaseOne(after, after.now())).userKey).toBe('user-1');
  expect((await after.users(['user-1'])).get('user-1')).toMatchObject({ tags: { sf_stage: 'h' } });
  expect(await pendingAt(after)).toHaveLength(1);
  await after.close();
});

test('a process that was killed leaves its records free and its users resting and in doubt', async () => {
  const folder = newFolder();
  const killed = await start(folder);
  await makeDue(killed, [change(LEAD)]);
  await leaseAll(killed);
  await killed.commitSync([result({ users: [user('known'), user('untouched')] })], T0);
  await killed.claimUsers(['known'], ['unknown']);
  await killed.close();
  const store = openSqliteStore(folder);
  const { epoch, sendsFrom } = await store.join();
  const next = asProcess(store, () => epoch);
  expect(sendsFrom).toBeGreaterThan(next.now() + USER_GAP_MS - 500);
  expect((await leaseOne(next, next.now())).recordId).toBe(LEAD);
  const assertAts = [...(await next.users(['known', 'untouched'])).values()].map(({ key, assertAt }) => [
    key,
    assertAt,
  ]);
  expect(assertAts).toEqual([
    ['known', expect.any(Number)],
    ['untouched', null],
  ]);
  expect(Number(assertAts[0]?.[1])).toBeGreaterThan(next.now() + DOUBT_MS - 5_000);
  expect(await next.claimUsers(['known'], ['unknown'], ['untouched'])).toEqual([
    [{ key: 'known', freeAt: sendsFrom, wasInterrupted: true }],
    [{ key: 'unknown', freeAt: sendsFrom, wasInterrupted: true }],
    [{ key: 'untouched', freeAt: 0, wasInterrupted: false }],
  ]);
  await next.close();
});

test('whom a lease holds needs no claim that is written: a kill leaves the user resting and in doubt all the same', async () => {
  const folder = newFolder();
  const killed = await start(folder);
  const link = { recordId: LEAD, object: 'Lead', userKey: 'linked' } as const;
  await killed.commitSync([result({ users: [user('linked')], links: [link] })], T0);
  await makeDue(killed, [change(LEAD)]);
  await leaseAll(killed);
  expect(await killed.claimUsersOfLeases(['linked'])).toEqual([[{ key: 'linked', freeAt: 0, wasInterrupted: false }]]);
  await killed.close();
  const store = openSqliteStore(folder);
  const { epoch, sendsFrom } = await store.join();
  const next = asProcess(store, () => epoch);
  expect((await leaseOne(next, next.now())).recordId).toBe(LEAD);
  expect((await next.users(['linked'])).get('linked')?.assertAt).toBeGreaterThan(next.now() + DOUBT_MS - 5_000);
  const interrupted = [[{ key: 'linked', freeAt: sendsFrom, wasInterrupted: true }]];
  expect(await next.claimUsersOfLeases(['linked'])).toEqual(interrupted);
  await next.close();
});

test('an assertion that waited when the process ended waits its whole time again: the clock may have jumped meanwhile', async () => {
  const folder = newFolder();
  const before = await start(folder);
  await before.commitSync([result({ users: [user('user-1', { assertAt: before.now() + 1 })] })], T0);
  await before.leave();
  await before.close();
  const after = await start(folder);
  expect((await after.users(['user-1'])).get('user-1')?.assertAt).toBeGreaterThan(after.now() + DOUBT_MS - 5_000);
  await after.close();
});

test('a first process may send at once, one after an orderly end when the last write is a second old', async () => {
  const folder = newFolder();
  const first = openSqliteStore(folder);
  const standing = await first.join();
  expect(standing.sendsFrom).toBeLessThanOrEqual(first.now());
  await first.leave(standing.epoch);
  const left = first.now();
  await first.close();
  const second = openSqliteStore(folder);
  const { sendsFrom } = await second.join();
  expect(sendsFrom).toBeGreaterThan(left);
  expect(sendsFrom).toBeLessThanOrEqual(left + USER_GAP_MS);
  await second.close();
});

test('the store’s clock goes on from where it was when the machine’s was an hour ahead', async () => {
  const folder = newFolder();
  await (await start(folder)).close();
  const ahead = Date.now() + 3_600_000;
  const file = new DatabaseSync(join(folder, 'relay.db'));
  file.prepare("INSERT INTO state VALUES ('clock', ?)").run(String(ahead));
  file.close();
  const store = openSqliteStore(folder);
  expect(store.now()).toBeGreaterThanOrEqual(ahead);
  await store.close();
});

test('a process that finds nothing to do writes nothing to the disk', async () => {
  const folder = newFolder();
  const store = await start(folder);
  const beside = new DatabaseSync(join(folder, 'relay.db'));
  const version = () => beside.prepare('PRAGMA data_version').get()?.data_version;
  const before = version();
  expect([await leaseAll(store), await store.takeRequest()]).toEqual([[], undefined]);
  await store.heartbeat();
  expect(version()).toBe(before);
  await makeDue(store, [change(LEAD)]);
  expect(version()).not.toBe(before);
  beside.close();
  await store.close();
});

test('a command works beside the relay, which hears of it', async () => {
  const folder = newFolder();
  const relay = await start(folder);
  const { promise: heard, resolve } = Promise.withResolvers<void>();
  const stop = relay.onChange(resolve);
  const beside = openSqliteStoreBeside(folder);
  const id = await beside.askFor('reconcile', '{}');
  await heard;
  stop();
  expect(await relay.takeRequest()).toMatchObject({ id });
  await beside.close();
  await relay.close();
});

test('a store of the first version keeps what was due, and doubts what was under way', async () => {
  const folder = newFolder();
  const old = new DatabaseSync(join(folder, 'relay.db'));
  old.exec(`${MIGRATIONS[0]} PRAGMA user_version = 1;`);
  old.exec(`INSERT INTO records (record_id, object, user_key, is_due, generation, is_leased, not_before)
            VALUES ('${LEAD}', 'Lead', 'user-1', 1, 3, 1, 9e15)`);
  old.close();
  const store = await start(folder);
  expect(await leaseOne(store, store.now())).toMatchObject({ recordId: LEAD, generation: 3, userKey: 'user-1' });
  expect(await store.claimUsers(['user-1'])).toMatchObject([[{ key: 'user-1', wasInterrupted: true }]]);
  await store.close();
});

test.each([
  ['a new file', []],
  ['a file from before it could', [MIGRATIONS[0]]],
])('%s gets smaller again when much was forgotten', async (_what, earlier) => {
  const folder = newFolder();
  if (earlier.length > 0) {
    const old = new DatabaseSync(join(folder, 'relay.db'));
    old.exec(`PRAGMA journal_mode = WAL; ${earlier.join('')} PRAGMA user_version = ${earlier.length};`);
    old.close();
  }
  const store = await start(folder);
  const keys = Array.from({ length: 20_000 }, (_, number) => `user-${String(number).padStart(6, '0')}`);
  await store.commitSync([result({ users: keys.map((key) => user(key, { tags: { a: 'x'.repeat(200) } })) })], T0);
  const pages = () => {
    const beside = new DatabaseSync(join(folder, 'relay.db'), { readOnly: true });
    const count = Number(beside.prepare('PRAGMA page_count').get()?.page_count);
    beside.close();
    return count;
  };
  const full = pages();
  for (const at of [T0, T0 + 2]) {
    for (let after: readonly (string | number)[] | undefined, isFirst = true; isFirst || after; isFirst = false)
      ({ next: after } = await store.tidy({ table: 'users', after, limit: 500, now: at, forgetBefore: T0 + 1 }));
  }
  expect((await store.size()).rows.users).toBe(0);
  expect(full).toBeGreaterThan(1_000);
  expect(pages()).toBeLessThan(100);
  await store.close();
});

test('a second relay on the folder is told so, and may come once the first is gone', async () => {
  const folder = newFolder();
  const first = await start(folder);
  expect(() => openSqliteStore(folder)).toThrow(expect.objectContaining({ code: 'STORE_BUSY' }));
  await first.commitEvents({ channel: CHANNEL, replayId: '5', changes: [], receivedAt: T0 });
  await first.close();
  const second = openSqliteStore(folder);
  expect(await second.cursor(CHANNEL)).toBe('5');
  await second.close();
});

test('a store of a newer version is refused, left as it is, and let go of', () => {
  const folder = newFolder();
  const newer = new DatabaseSync(join(folder, 'relay.db'));
  newer.exec('CREATE TABLE from_the_future (a INTEGER); PRAGMA user_version = 99;');
  newer.close();
  for (let i = 0; i < 2; i++) {
    expect(() => openSqliteStore(folder)).toThrow(expect.objectContaining({ code: 'STORE_NEWER' }));
  }
  expect(openFilesIn(folder)).toEqual([]);
});

test('a file that is no store is refused and let go of', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'relay.db'), 'no database at all, '.repeat(1_000));
  expect(() => openSqliteStore(folder)).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
  expect(openFilesIn(folder)).toEqual([]);
});

test('a folder that can’t be made or written to is named', () => {
  // Below a regular file nobody can make a folder, root included.
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  const refusal = expect.objectContaining({ code: 'DATA_DIR_UNWRITABLE', message: expect.stringContaining(file) });
  expect(() => openSqliteStore(join(file, 'data'))).toThrow(refusal);
  expect(() => openSqliteStore(file)).toThrow(refusal);
});

test('after it was closed every method rejects, and closing again does no harm', async () => {
  const store = openSqliteStore(newFolder());
  await store.close();
  await store.close();
  await expect(store.counts()).rejects.toMatchObject({ code: 'STORE_FAILED' });
  await expect(store.cursor(CHANNEL)).rejects.toMatchObject({ code: 'STORE_FAILED' });
});

/** Where the system can't tell, nothing is open as far as we know. */
function openFilesIn(folder: string): string[] {
  try {
    return readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        const path = readlinkSync(`/proc/self/fd/${fd}`);
        return path.startsWith(folder) ? [path] : [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

test('when something is due next is known without a look at all that is known', () => {
  const database = new DatabaseSync(':memory:');
  for (const sql of MIGRATIONS) database.exec(sql);
  const statement = prepareStatements(database).nextAttempt.sql;
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all();
  const scanned = plan
    .map(({ detail }) => String(detail))
    .filter((detail) => /SCAN (users|verdicts|records)(?! USING)/.test(detail));
  expect(scanned).toEqual([]);
  database.close();
});

test('nobody but the relay’s own user may read the store: an external id can be an email', async () => {
  const folder = join(newFolder(), 'own');
  const store = await start(folder);
  await store.commitEvents({ channel: CHANNEL, replayId: '5', changes: [change(LEAD)], receivedAt: T0 });
  // Of the lock nothing is to be read.
  const files = readdirSync(folder).filter((file) => !file.startsWith('relay.lock'));
  const modes = files.map((file) => [file, statSync(join(folder, file)).mode & 0o077]);
  await store.close();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(modes.filter(([, mode]) => mode !== 0)).toEqual([]);
  expect(modes.map(([file]) => file)).toEqual(expect.arrayContaining(['relay.db', 'relay.db-wal']));
});
