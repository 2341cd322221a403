import type { Environment } from '../../../relay/config/environment.ts';
import { checkCursor, checkDisk, checkFailures, checkStore } from '../../../relay/doctor/host-checks.ts';
import { checkClock } from '../../../relay/doctor/org-checks.ts';
import type { Store } from '../../../relay/store/store.ts';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;
const TOKEN = { accessToken: 't', instanceUrl: 'https://x.example', orgId: '00D', userId: undefined, scopes: ['api'] };

const storeOf = (movedAt: number | undefined, deadLetters = 0) =>
  ({
    now: () => NOW,
    cursorMovedAt: () => Promise.resolve(movedAt),
    counts: () => Promise.resolve({ due: 0, pendingWriteBacks: 0, deadLetters }),
  }) as Partial<Store> as Store;

test.each([
  ['no event yet', undefined, 'pass'],
  ['an event within the window', NOW - 71 * HOUR, 'pass'],
  ['an event that Salesforce keeps no longer', NOW - 73 * HOUR, 'warn'],
])('the place in the stream after %s', async (_what, movedAt, status) => {
  expect(await checkCursor(storeOf(movedAt), '/event/X__e')).toMatchObject({ status });
});

test('failed records are to be looked at', async () => {
  expect(await checkFailures(storeOf(undefined))).toMatchObject({ status: 'pass' });
  const { status, fix } = await checkFailures(storeOf(undefined, 3));
  expect([status, fix]).toEqual(['warn', expect.stringContaining('failures list')]);
});

test.each([
  ['agrees', 0, 'pass'],
  ['is a minute ahead', 61_000, 'warn'],
  ['is a minute behind', -61_000, 'warn'],
])('a clock that %s', (_what, off, status) => {
  expect(checkClock({ ...TOKEN, serverTime: NOW }, NOW + off)).toMatchObject({ status });
});

test('the store tells how large it is', async () => {
  const rows = {
    records: 7,
    users: 5,
    verdicts: 7,
    addresses: 0,
    address_waiters: 0,
    transitions: 0,
    journal: 0,
    history: 0,
  };
  const store = { size: () => Promise.resolve({ bytes: 2_621_440, rows }) } as Partial<Store> as Store;
  expect(await checkStore(store)).toEqual({
    status: 'pass',
    says: 'The store opens and can be written. It takes 2.5 MB: 7 records, 5 users.',
  });
});

test('the disk of the store is looked at, and one that is elsewhere is not', () => {
  const environment = { dataDir: '.', databaseUrl: undefined } as Environment;
  expect(checkDisk(environment).says).toMatch(/^\d+ MB are free/);
  expect(checkDisk({ ...environment, databaseUrl: 'postgres://x' }).says).toContain('PostgreSQL');
});
