import { RelayError } from '../../../relay/config/relay-error.ts';
import { readWindows, takePages, type WindowEnd, type WindowLimit } from '../../../relay/pipeline/read-windows.ts';
import { StampWindows } from '../../../relay/pipeline/stamp-windows.ts';
import type { RecordPage } from '../../../relay/salesforce/record-reader.ts';
import { lead } from '../mapping/record-samples.ts';

const HOUR = 3_600_000;
const UNTIL = Date.parse('2026-11-25T12:00:00Z');
const windowsOf = (hours: number) => new StampWindows(UNTIL - hours * HOUR, UNTIL);

async function* pagesOf(total: number): AsyncGenerator<RecordPage> {
  for (let left = total; left > 0; left -= 2_000) yield { records: [lead()], total };
}

/** Pages of two, of records with these stamps in seconds since UNTIL. */
async function* stamped(...seconds: number[]): AsyncGenerator<RecordPage> {
  const records = seconds.map((second) => lead({ systemModstamp: new Date(UNTIL + second * 1_000).toISOString() }));
  for (let at = 0; at < seconds.length; at += 2) yield { records: records.slice(at, at + 2), total: seconds.length };
}

const CUT: WindowLimit = { rows: 20_000, beyond: 'cut' };
const END: WindowLimit = { rows: 4, beyond: 'end' };

/** How many records were taken, and how it ended. */
async function taken(
  pages: AsyncIterable<RecordPage>,
  windows: StampWindows,
  limit: WindowLimit,
  signal?: AbortSignal,
) {
  let records = 0;
  const take = (page: RecordPage) => {
    records += page.records.length;
  };
  return [await takePages(pages, { windows, limit, signal, take }), records];
}

test('a window of more records than may be is cut before any is taken, so that the mark can move on meanwhile', async () => {
  const windows = windowsOf(2);
  expect(await taken(pagesOf(20_000), windows, CUT)).toEqual(['done', 10]);
  expect(await taken(pagesOf(20_001), windows, CUT)).toEqual(['again', 0]);
  expect(windows.current).toEqual({ from: UNTIL - 2 * HOUR, to: UNTIL - HOUR });
});

test('too many records of one second are taken as they are: a data load can stamp them all alike', async () => {
  expect(await taken(pagesOf(50_000), new StampWindows(UNTIL - 1_000, UNTIL), CUT)).toEqual(['done', 25]);
  const windows = windowsOf(1);
  expect(await taken(stamped(-9, -9, -9, -9, -9, -9), windows, END)).toEqual(['done', 6]);
  expect(windows.current).toEqual({ from: UNTIL - HOUR, to: undefined });
});

describe('a window that ends where so many are read', () => {
  test('ends before the second that may go on overleaf, and hands on what came before it', async () => {
    const windows = windowsOf(1);
    expect(await taken(stamped(-9, -8, -7, -6, -6, -5), windows, END)).toEqual(['done', 3]);
    expect(windows.current).toEqual({ from: UNTIL - HOUR, to: UNTIL - 6_000 });
  });

  test('ends a page later when that second began before the page', async () => {
    const windows = windowsOf(1);
    expect(await taken(stamped(-9, -6, -6, -6, -6, -5, -4), windows, END)).toEqual(['done', 5]);
    expect(windows.current).toEqual({ from: UNTIL - HOUR, to: UNTIL - 5_000 });
  });

  test('is whole when the last page is the one that fills it', async () => {
    const windows = windowsOf(1);
    expect(await taken(stamped(-9, -8, -7, -6), windows, END)).toEqual(['done', 4]);
    expect(await taken(stamped(-9, -8, -7, -7, -7), windows, END)).toEqual(['done', 5]);
    expect(windows.current?.to).toBeUndefined();
  });

  test('ends beyond the now that is known as well: records may be newer', async () => {
    const windows = windowsOf(1);
    expect(await taken(stamped(-9, -8, 2, 3, 4, 5), windows, END)).toEqual(['done', 3]);
    expect(windows.current).toEqual({ from: UNTIL - HOUR, to: UNTIL + 3_000 });
    windows.done();
    expect(windows.current).toEqual({ from: UNTIL + 3_000, to: undefined });
  });

  test('is not ended when its last page could not be taken', async () => {
    const windows = windowsOf(1);
    const take = (page: RecordPage) => {
      if (page.records.length < 2) throw new RelayError('STORE_FAILED', 'No.');
    };
    const end = takePages(stamped(-9, -8, -7, -6, -5), { windows, limit: END, signal: undefined, take });
    await expect(end).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(windows.current?.to).toBeUndefined();
  });
});

test('a stop before the first page asks for none, and one while a page is taken asks for no more', async () => {
  let asked = 0;
  async function* counted(): AsyncGenerator<RecordPage> {
    for await (const page of pagesOf(6_000)) {
      asked += 1;
      yield page;
    }
  }
  expect(await taken(counted(), windowsOf(1), CUT, AbortSignal.abort())).toEqual(['stopped', 0]);
  expect(asked).toBe(0);
  const stop = new AbortController();
  const options = { windows: windowsOf(1), limit: CUT, signal: stop.signal, take: () => stop.abort() };
  const end = await takePages(counted(), options);
  expect([asked, end]).toEqual([1, 'stopped']);
});

test.each(['SALESFORCE_TIMEOUT', 'SALESFORCE_LOCATOR_EXPIRED'] as const)(
  'a window that always ends in %s is tried down to one second, then named',
  async (code) => {
    let tries = 0;
    const read = (): Promise<WindowEnd> => {
      tries += 1;
      return Promise.reject(new RelayError(code, 'No.'));
    };
    const failure = readWindows(windowsOf(1), read);
    await expect(failure).rejects.toMatchObject({ code: 'RECONCILE_TOO_SLOW' });
    await expect(failure).rejects.toThrow('2026-11-25T11:00:00.000Z');
    expect(tries).toBe(1 + Math.floor(Math.log2(3_600)));
  },
);
