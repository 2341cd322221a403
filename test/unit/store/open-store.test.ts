import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../relay/store/open-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-open-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('without an address of a database the store is in the folder', async () => {
  const dataDir = join(folder, 'data');
  const store = await openStore({ databaseUrl: undefined, dataDir });
  await store.close();
  expect(existsSync(dataDir)).toBe(true);
});

test('with one it is there, and the folder is not touched even if nothing answers', async () => {
  const dataDir = join(folder, 'data');
  const where = { databaseUrl: 'postgres://relay:pass@127.0.0.1:1/relay', dataDir };
  await expect(openStore(where)).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  expect(existsSync(dataDir)).toBe(false);
});
