import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteStore } from '../../../relay/store/sqlite-store.ts';
import { describeStore } from './store-conformance.ts';
import { CHANNEL, change, LEAD, leaseAll, leaseOne, pendingAt, result, T0, user, verdict } from './store-samples.ts';

const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'relay-store-'));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describeStore('SQLite', () => Promise.resolve(openSqliteStore(newFolder())));

test('everything is there after it was closed and opened again, a folder that is not there is made', async () => {
  const folder = join(newFolder(), 'deep', 'er');
  const before = openSqliteStore(folder);
  await before.commitEvents({ channel: CHANNEL, replayId: '5', changes: [change(LEAD)], receivedAt: T0 });
  const users = [user('user-1', { tags: { sf_stage: 'h' }, assertAt: T0 })];
  const links = [{ ...change(LEAD), userKey: 'user-1' }];
  await before.commitSync([result({ verdicts: [verdict(LEAD)], users, links })], T0);
  await leaseAll(before);
  await before.close();
  const after = openSqliteStore(folder);
  expect(await after.cursor(CHANNEL)).toBe('5');
  expect(await after.releaseLeases(T0 + 1)).toEqual(['user-1']);
  expect((await leaseOne(after, T0 + 1)).userKey).toBe('user-1');
  expect((await after.users(['user-1'])).get('user-1')).toEqual(users[0]);
  expect(await pendingAt(after)).toHaveLength(1);
  await after.close();
});

test('a second relay on the folder is told so, and may come once the first is gone', async () => {
  const folder = newFolder();
  const first = openSqliteStore(folder);
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
