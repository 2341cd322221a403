import { RelayError } from '../../../../relay/config/relay-error.ts';
import { createHistoryBook, latencyOf } from '../../../../relay/pipeline/history/history-book.ts';
import { readMinuteCounts } from '../../../../relay/pipeline/history/minute-counts.ts';
import type { HistoryRow } from '../../../../relay/store/store.ts';
import { createMetrics } from '../../../../relay/telemetry/metrics.ts';

const MINUTE = 60_000;
const T0 = 1_764_000_000_000 - (1_764_000_000_000 % MINUTE);
const ALLOTMENTS = { apiUsed: 12, orgApiUsed: 40, orgDelivered: null };

/** A book on a store in memory, whose clock the test moves. */
function bookUnderTest() {
  const rows = new Map<string, HistoryRow>();
  const clock = { now: T0 + 10_000, isStoreWell: true };
  const metrics = createMetrics();
  const store = {
    now: () => clock.now,
    counts: async () => ({ due: 6, pendingWriteBacks: 0, deadLetters: 0 }),
    async saveHistory(row: HistoryRow) {
      if (!clock.isStoreWell) throw new RelayError('STORE_FAILED', 'No.');
      rows.set(`${row.at} ${row.process}`, row);
    },
    history: async (from: number) => [...rows.values()].filter(({ at }) => at >= from),
  };
  let endWait = () => {};
  const waits: number[] = [];
  const wait = (ms: number, signal: AbortSignal) => {
    waits.push(ms);
    return new Promise<void>((resolve) => {
      endWait = resolve;
      signal.addEventListener('abort', () => resolve());
    });
  };
  const book = createHistoryBook({ store, metrics, allotments: () => ALLOTMENTS, wait });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  /** Ends the wait for the end of the minute. */
  const pass = async () => {
    endWait();
    await turn();
  };
  /** One life of the process: what happens in it, then its stop. */
  const live = async (during: () => void | Promise<void>) => {
    const stopping = new AbortController();
    const kept = book.keep(stopping.signal);
    await turn();
    await during();
    stopping.abort();
    await kept;
  };
  return { book, metrics, clock, live, rows, waits, pass };
}

test('what happened since the last minute was written is in the store after a stop', async () => {
  const { book, metrics, live, rows, waits } = bookUnderTest();
  metrics.eventsReceived.inc(100);
  await live(() => {
    metrics.eventsReceived.inc(2);
    metrics.outcomes.inc({ status: 'Synced', reason: 'OK' }, 3);
    metrics.outcomes.inc({ status: 'Failed', reason: 'TAG_LIMIT' });
    metrics.salesforceRequests.inc({ call: 'query' }, 4);
    metrics.onesignalRequests.inc({ call: 'create_user', status: '201' }, 5);
    book.onLatency(250);
  });
  const [row] = [...rows.values()];
  expect([row?.at, waits]).toEqual([T0, [50_000]]);
  expect(readMinuteCounts(String(row?.counts))).toMatchObject({
    ...{ events: 2, synced: 3, skipped: 0, failed: 1, salesforceCalls: 4, onesignalRequests: 5 },
    due: 6,
    allotments: ALLOTMENTS,
  });
});

test('the minute that runs counts with what it has by now', async () => {
  const { book, metrics } = bookUnderTest();
  await book.minutes(T0);
  metrics.eventsReceived.inc(7);
  book.onLatency(250);
  const minutes = await book.minutes(T0);
  expect(minutes.map(({ counts }) => counts.events)).toEqual([7]);
  expect(latencyOf(minutes)?.p50).toBeGreaterThan(230);
});

test('what a store that fails did not take is written once it works', async () => {
  const { book, metrics, clock, live, rows } = bookUnderTest();
  clock.isStoreWell = false;
  await live(() => {
    metrics.eventsReceived.inc(2);
    book.onLatency(250);
  });
  expect(rows.size).toBe(0);
  clock.isStoreWell = true;
  await live(() => metrics.eventsReceived.inc(1));
  const counts = readMinuteCounts(String([...rows.values()][0]?.counts));
  expect(counts?.events).toBe(3);
  expect(Object.values(counts?.latency ?? {})).toEqual([1]);
});

test('a minute that is over has its row, and the next one begins with nothing', async () => {
  const { book, metrics, clock, live, pass } = bookUnderTest();
  await live(async () => {
    metrics.eventsReceived.inc(2);
    book.onLatency(250);
    clock.now = T0 + MINUTE + 1_000;
    await pass();
    metrics.eventsReceived.inc(5);
  });
  const minutes = await book.minutes(T0);
  expect(minutes.map(({ at, counts }) => [at, counts.events, Object.keys(counts.latency).length])).toEqual([
    [T0, 2, 1],
    [T0 + MINUTE, 5, 0],
  ]);
});
