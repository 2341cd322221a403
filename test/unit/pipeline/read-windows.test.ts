import { RelayError } from '../../../relay/config/relay-error.ts';
import { readWindows, takePages, type WindowEnd } from '../../../relay/pipeline/read-windows.ts';
import { StampWindows } from '../../../relay/pipeline/stamp-windows.ts';
import type { RecordPage } from '../../../relay/salesforce/record-reader.ts';
import { lead } from '../mapping/record-samples.ts';

const HOUR = 3_600_000;
const UNTIL = Date.parse('2026-11-25T12:00:00Z');
const windowsOf = (hours: number) => new StampWindows(UNTIL - hours * HOUR, UNTIL);

async function* pagesOf(total: number): AsyncGenerator<RecordPage> {
  for (let left = total; left > 0; left -= 2_000) yield { records: [lead()], total };
}

/** How many pages were taken, and how it ended. */
async function taken(pages: AsyncIterable<RecordPage>, windows: StampWindows, signal?: AbortSignal) {
  const seen: RecordPage[] = [];
  const take = (page: RecordPage) => void seen.push(page);
  return [await takePages(pages, { windows, mostRows: 20_000, signal, take }), seen.length];
}

test('a window of more records than may be is cut before any is taken, so that the mark can move on meanwhile', async () => {
  const windows = windowsOf(2);
  expect(await taken(pagesOf(20_000), windows)).toEqual(['done', 10]);
  expect(await taken(pagesOf(20_001), windows)).toEqual(['again', 0]);
  expect(windows.current).toEqual({ from: UNTIL - 2 * HOUR, to: UNTIL - HOUR });
});

test('too many records of one second are taken as they are: a data load can stamp them all alike', async () => {
  expect(await taken(pagesOf(50_000), new StampWindows(UNTIL - 1_000, UNTIL))).toEqual(['done', 25]);
});

test('a stop before the first page asks for none, and one while a page is taken asks for no more', async () => {
  let asked = 0;
  async function* counted(): AsyncGenerator<RecordPage> {
    for await (const page of pagesOf(6_000)) {
      asked += 1;
      yield page;
    }
  }
  expect(await taken(counted(), windowsOf(1), AbortSignal.abort())).toEqual(['stopped', 0]);
  expect(asked).toBe(0);
  const stop = new AbortController();
  const options = { windows: windowsOf(1), mostRows: 20_000, signal: stop.signal, take: () => stop.abort() };
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
