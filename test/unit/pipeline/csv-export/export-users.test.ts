import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMapping } from '../../../../relay/mapping/mapping-rows.ts';
import { DEFAULT_SETTINGS } from '../../../../relay/mapping/settings.ts';
import { type ExportOptions, exportUsers } from '../../../../relay/pipeline/csv-export/export-users.ts';
import type { RecordName } from '../../../../relay/pipeline/preview/preview.ts';
import type { RecordReader } from '../../../../relay/salesforce/record-reader.ts';
import { lead } from '../../mapping/record-samples.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-users-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LEADS = ['00QGm00000NBHAHMA5', '00QGm00000NBHALMA5', '00QGm00000NBHAPMA5'];
const nameOf = (recordId: string): RecordName => ({ recordId, object: 'Lead' });

/** An org of leads without anything that ties them to others. */
const reader: RecordReader = {
  byId: (_, ids) => Promise.resolve([...ids].map((id) => lead({ id }))),
  inRecycleBin: () => Promise.resolve(new Map()),
  leadsConvertedInto: () => Promise.resolve([]),
  byExternalId: () => Promise.resolve([]),
  idsInStage: () => Promise.reject(new Error('not asked')) as never,
  unansweredIn: () => Promise.reject(new Error('not asked')) as never,
  changedIn: () => Promise.reject(new Error('not asked')) as never,
};

function options(given: Partial<ExportOptions> = {}): ExportOptions {
  return {
    store: {
      linkedRecords: () => Promise.resolve([]),
      users: () => Promise.resolve(new Map()),
      addressesNamed: () => Promise.resolve([]),
    },
    reader,
    settings: DEFAULT_SETTINGS,
    mapping: readMapping({ stages: [], tags: [] }, DEFAULT_SETTINGS, () => 'string', 'UTC').mapping,
    folder,
    isFreshApp: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...given,
  };
}

async function* batches(...each: (() => RecordName[])[]): AsyncGenerator<RecordName[]> {
  for (const batch of each) yield batch();
}

const all = LEADS.map((id) => () => [nameOf(id)]);

test('each user is in one row, and what an export left that was killed is gone', async () => {
  writeFileSync(join(folder, '.onesignal-export.partial'), 'half a row');
  const summary = await exportUsers(batches(...all, ...all), options());
  expect(summary).toMatchObject({ records: 3, users: 3, files: [{ name: 'onesignal-1.csv', rows: 3 }] });
  expect(readdirSync(folder)).toEqual(['onesignal-1.csv']);
});

test('a stop leaves no file', async () => {
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
    return [];
  };
  expect(await exportUsers(batches(...all, stop), options({ signal: stopping.signal }))).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test('an error leaves no file, also when some were full already', async () => {
  const fail = () => {
    throw new Error('the side is gone');
  };
  await expect(exportUsers(batches(...all, fail), options())).rejects.toThrow('the side is gone');
  writeFileSync(join(folder, 'onesignal-2.csv'), 'of somebody else');
  await expect(exportUsers(batches(...all), options({ mostBytes: 1 }))).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readdirSync(folder)).toEqual(['onesignal-2.csv']);
});
