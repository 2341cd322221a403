import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { CsvFiles } from '../../../../relay/pipeline/csv-export/csv-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'csv-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const HEADER = ['external_id', 'tag'];
const contents = () =>
  readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));

test('no file is larger than it may be, each has the header, and no row is lost or split', async () => {
  const files = new CsvFiles(folder, HEADER, 60);
  const rows = Array.from({ length: 10 }, (_, n) => [`user-${n}`, `Ü"${n}", é`]);
  for (const row of rows) await files.write(row);
  await files.close();
  const written = contents();
  expect(files.files.map(({ bytes }) => bytes)).toEqual(written.map(({ byteLength }) => byteLength));
  expect(Math.max(...written.map(({ byteLength }) => byteLength))).toBeLessThanOrEqual(60);
  const parsed = written.map((content) => parse(content) as string[][]);
  expect(parsed.every(([header]) => header?.join() === HEADER.join())).toBe(true);
  expect(parsed.flatMap(([, ...rest]) => rest)).toEqual(rows);
});

test('a file of somebody else is not written over, and of an export that came to nothing none is left', async () => {
  const files = new CsvFiles(folder, HEADER, 30);
  for (const id of ['user-1', 'user-2', 'user-3']) await files.write([id, 'x']);
  await expect(new CsvFiles(folder, HEADER).write(['user-4', 'x'])).rejects.toMatchObject({ code: 'EEXIST' });
  await files.remove();
  expect(contents()).toEqual([]);
});
