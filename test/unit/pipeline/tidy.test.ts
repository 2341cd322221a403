import { RelayError } from '../../../relay/config/relay-error.ts';
import { createTidy, restAfterPage } from '../../../relay/pipeline/tidy.ts';
import type { Store, TidyPage, TidyResult } from '../../../relay/store/store.ts';
import { TIDIED } from '../../../relay/store/tidy-rules.ts';
import { SILENT_LOGGER } from '../../../relay/telemetry/logger.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;

function tidyOf(answer: (page: TidyPage) => TidyResult) {
  const pages: TidyPage[] = [];
  const store = {
    async tidy(page: TidyPage) {
      pages.push(page);
      return answer(page);
    },
  } as Partial<Store> as Store;
  const options = { store, logger: SILENT_LOGGER, retentionDays: 30, epoch: () => 7, now: () => NOW };
  return { pages, tidy: createTidy(options) };
}

const running = () => new AbortController().signal;

test('a pass looks through every table from its first row, records before what hangs on them', async () => {
  const { pages, tidy } = tidyOf(() => ({ forgotten: 1, next: undefined }));
  expect(await tidy.pass(running())).toBe(TIDIED.length);
  expect(pages.map(({ table }) => table)).toEqual(TIDIED);
  expect(TIDIED[0]).toBe('records');
  const [first] = pages;
  expect(first).toMatchObject({ epoch: 7, after: undefined, now: NOW, forgetBefore: NOW - 30 * DAY });
});

test('a large table is looked through page by page', async () => {
  const { pages, tidy } = tidyOf(({ table, after }) => ({
    forgotten: 0,
    next: table === 'users' && after?.[0] !== 'n' ? [after === undefined ? 'g' : 'n'] : undefined,
  }));
  await tidy.pass(running());
  expect(pages.filter(({ table }) => table === 'users').map(({ after }) => after)).toEqual([undefined, ['g'], ['n']]);
});

test.each([
  [0.1, 20],
  [2, 198],
  [30, 1_000],
])('a page that took %d ms leaves the store alone for %d ms: a large store is no load for an hour', (took, rest) => {
  expect(restAfterPage(took)).toBe(rest);
});

test('a stop ends the pass after the page that is under way', async () => {
  const stopping = new AbortController();
  const { pages, tidy } = tidyOf(() => {
    stopping.abort();
    return { forgotten: 0, next: ['more'] };
  });
  await tidy.run(stopping.signal);
  expect(pages.map(({ table }) => table)).toEqual(TIDIED);
});

test.each(['STORE_FAILED', 'PART_LOST'] as const)('%s ends a pass, not the relay', async (code) => {
  const stopping = new AbortController();
  const { pages, tidy } = tidyOf(() => {
    stopping.abort();
    throw new RelayError(code, 'No.');
  });
  await tidy.run(stopping.signal);
  expect(pages).toHaveLength(1);
});

test('a defect is not hidden', async () => {
  const { tidy } = tidyOf(() => {
    throw new TypeError('no');
  });
  await expect(tidy.run(running())).rejects.toThrow('no');
});
