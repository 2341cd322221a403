import type { ReconcileProgress } from '../../relay/pipeline/reconcile-tally.ts';
import { timedOut } from '../emulators/salesforce/protocol/slow-queries.ts';
import { HOUR, MINUTE, NOON, startUnderTest, type UnderTest } from './reconcile-under-test.ts';

let under: UnderTest;
beforeEach(async () => {
  under = await startUnderTest();
  await under.reconcile.run();
  under.asked();
});
afterEach(() => under.close());

const dueCount = async () => (await under.store.counts()).due;

describe('a pass over everything since the mark', () => {
  test('is one query an object, from 15 minutes before the mark on and without an end', async () => {
    under.time = NOON + HOUR;
    await under.reconcile.run();
    const from = 'SystemModstamp >= 2026-11-25T11:45:00Z';
    expect(under.asked().map((soql) => soql.replace(/^.* FROM /, ''))).toEqual([
      `Lead WHERE ${from} ORDER BY SystemModstamp, Id`,
      `Contact WHERE ${from} ORDER BY SystemModstamp, Id`,
    ]);
    expect(await under.store.mark()).toBe(NOON + HOUR);
  });

  test('takes a record along whose stamp the mark had passed when it was committed', async () => {
    under.time = NOON + HOUR;
    await under.reconcile.run();
    under.world.org.slowTransaction(10 * MINUTE);
    under.lead();
    expect((await under.reconcile.run()).due).toBe(1);
  });

  test('reads pages of 2,000 rows, each for one API call', async () => {
    under.leads(4_001, NOON + MINUTE);
    under.time = NOON + HOUR;
    const { apiCalls } = under.world.salesforce.stats;
    expect(await under.reconcile.run()).toMatchObject({ read: 4_001, due: 4_001, isComplete: true });
    expect(under.world.salesforce.stats.apiCalls - apiCalls).toBe(4);
  });
});

describe('a query that runs for too long', () => {
  test.each([
    ['QUERY_TIMEOUT', timedOut('QUERY_TIMEOUT')],
    ['REQUEST_RUNNING_TOO_LONG', timedOut('REQUEST_RUNNING_TOO_LONG')],
    ['QUERY_TOO_COMPLICATED', timedOut('QUERY_TOO_COMPLICATED')],
    ['a gateway that gave up', { status: 504, body: '<html>Gateway Timeout</html>', contentType: 'text/html' }],
  ])('%s: is asked in smaller windows until all is read', async (_, answer) => {
    for (let hour = 0; hour < 48; hour += 1) under.lead(NOON + hour * HOUR);
    under.time = NOON + 48 * HOUR;
    under.world.salesforce.faults.timeOutQueries({ spanMs: 4 * HOUR }, answer);
    expect(await under.reconcile.run()).toMatchObject({ read: 48, due: 48, isComplete: true });
    expect(await dueCount()).toBe(48);
    expect(await under.store.mark()).toBe(under.time);
  });

  test('of contacts alone cuts the window for leads too, and nothing is counted twice', async () => {
    under.leads(10, NOON + HOUR);
    under.time = NOON + 8 * HOUR;
    under.world.salesforce.faults.timeOutQueries({ spanMs: 2 * HOUR, object: 'Contact' });
    expect(await under.reconcile.run()).toMatchObject({ read: 10, due: 10 });
    expect(await under.reconcile.run({ isDryRun: true })).toMatchObject({ due: 0 });
  });

  test('is cut down to where few enough rows are in a window', async () => {
    for (let minute = 0; minute < 60; minute += 1) under.leads(5, NOON + minute * MINUTE);
    under.time = NOON + HOUR;
    under.world.salesforce.faults.timeOutQueries({ rows: 12 });
    expect(await under.reconcile.run()).toMatchObject({ read: 300, due: 300, isComplete: true });
  });

  test('even over one second ends the pass with a code of its own, and the mark stays before that second', async () => {
    under.lead(NOON + HOUR);
    under.leads(3, NOON + 2 * HOUR);
    under.time = NOON + 3 * HOUR;
    under.world.salesforce.faults.timeOutQueries({ rows: 2 });
    await expect(under.reconcile.run()).rejects.toMatchObject({ code: 'RECONCILE_TOO_SLOW' });
    const mark = (await under.store.mark()) ?? 0;
    expect(mark).toBeGreaterThan(NOON + HOUR);
    expect(mark).toBeLessThanOrEqual(NOON + 2 * HOUR);
    expect(await dueCount()).toBe(1);
    under.world.salesforce.faults.answerQueries();
    await under.restarted().run();
    expect(await dueCount()).toBe(4);
  });

  test('that has nothing to do with time ends the pass as it is', async () => {
    under.world.salesforce.faults.answerHttp(1, { on: 'rest', ...timedOut('SERVER_UNAVAILABLE') });
    await expect(under.reconcile.run()).rejects.toMatchObject({ code: 'SALESFORCE_REQUEST_FAILED' });
  });
});

test('a window ends after 50,000 records, without a query too many, and the rest are read in the next', async () => {
  for (let minute = 1; minute <= 40; minute += 1) under.leads(1_300, NOON + minute * MINUTE);
  under.time = NOON + HOUR;
  const marks = new Set<number>();
  const onProgress = ({ readUpTo }: ReconcileProgress) => marks.add(readUpTo);
  under.asked();
  expect(await under.reconcile.run({ onProgress })).toMatchObject({ read: 52_000, due: 52_000 });
  expect(await dueCount()).toBe(52_000);
  // Of the 39th minute 50,000 left 600 for the page after.
  expect(marks).toContain(NOON + 39 * MINUTE);
  expect(under.asked().filter((soql) => soql.includes('SystemModstamp >='))).toHaveLength(4);
});

describe('a query whose locator is forgotten between two pages', () => {
  test('begins anew in smaller windows', async () => {
    under.leads(1_500, NOON + HOUR);
    under.leads(1_500, NOON + 5 * HOUR);
    under.time = NOON + 6 * HOUR;
    under.world.salesforce.faults.expireLocators(1);
    expect(await under.reconcile.run()).toMatchObject({ read: 3_000, due: 3_000, isComplete: true });
    expect(await dueCount()).toBe(3_000);
  });

  test('each time ends in windows of one page, which need no locator', async () => {
    for (let minute = 0; minute < 60; minute += 1) under.leads(70, NOON + minute * MINUTE);
    under.time = NOON + HOUR;
    under.world.salesforce.faults.expireLocators(Number.POSITIVE_INFINITY);
    expect(await under.reconcile.run()).toMatchObject({ read: 4_200, due: 4_200, isComplete: true });
  });
});

describe('a pass that is interrupted', () => {
  /** Twelve hours in windows of some three, and an outage after the first two. */
  async function interrupted() {
    for (let hour = 0; hour < 12; hour += 1) under.lead(NOON + hour * HOUR);
    under.time = NOON + 12 * HOUR;
    under.world.salesforce.faults.timeOutQueries({ spanMs: 3.5 * HOUR });
    const outage = () => under.world.salesforce.faults.answerHttp(1, { on: 'rest', ...timedOut('SERVER_UNAVAILABLE') });
    const onProgress = ({ readUpTo }: ReconcileProgress) => readUpTo > NOON + 5 * HOUR && outage();
    await expect(under.reconcile.run({ onProgress })).rejects.toMatchObject({ code: 'SALESFORCE_REQUEST_FAILED' });
    under.world.salesforce.faults.clearHttp();
  }

  test('goes on at the last window that both objects were read in, with the overlap', async () => {
    await interrupted();
    const mark = (await under.store.mark()) ?? 0;
    expect(mark).toBeGreaterThan(NOON + 5 * HOUR);
    expect(mark).toBeLessThan(NOON + 12 * HOUR);
    under.asked();
    expect(await under.restarted().run()).toMatchObject({ from: mark - 15 * MINUTE, isComplete: true });
    expect(await dueCount()).toBe(12);
    expect(await under.store.mark()).toBe(under.time);
  });

  test('never has a mark that is past what it has seen', async () => {
    await interrupted();
    const mark = (await under.store.mark()) ?? 0;
    const known = await under.store.knownRecords(under.world.org.rows('Lead').map(({ Id }) => String(Id)));
    for (const { Id, SystemModstamp } of under.world.org.rows('Lead')) {
      const isBefore = Date.parse(String(SystemModstamp).replace('+0000', 'Z')) < mark;
      if (isBefore) expect(known.get(String(Id))?.isDue).toBe(true);
    }
  });

  test('in the overlap leaves the mark where it was', async () => {
    under.world.salesforce.faults.timeOutQueries({ spanMs: 5 * MINUTE });
    const outage = () => under.world.salesforce.faults.answerHttp(1, { on: 'rest', ...timedOut('SERVER_UNAVAILABLE') });
    const onProgress = ({ readUpTo, from }: ReconcileProgress) => readUpTo > from && outage();
    under.time = NOON + HOUR;
    await expect(under.reconcile.run({ onProgress })).rejects.toMatchObject({ code: 'SALESFORCE_REQUEST_FAILED' });
    expect(await under.store.mark()).toBe(NOON);
  });

  test('leaves no gap for a record that turns up late in a window which is done', async () => {
    await interrupted();
    const mark = (await under.store.mark()) ?? 0;
    // Its transaction began 10 minutes ago on Salesforce's clock, and is committed only now.
    under.world.org.slowTransaction(10 * MINUTE);
    const late = under.lead(mark + 9 * MINUTE);
    await under.restarted().run();
    expect((await under.store.knownRecords([late])).get(late)?.isDue).toBe(true);
  });
});

describe('progress, dry run and stop', () => {
  test('progress names what is read and due, and how far it is, after each page and each window', async () => {
    under.leads(2_500, NOON + HOUR);
    under.time = NOON + 4 * HOUR;
    const seen: ReconcileProgress[] = [];
    const result = await under.reconcile.run({ onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ read, due }) => [read, due])).toEqual([
      [2_000, 2_000],
      [2_500, 2_500],
      [2_500, 2_500],
      [2_500, 2_500],
    ]);
    expect(seen.map(({ readUpTo }) => readUpTo)).toEqual([
      ...Array.from({ length: 3 }, () => NOON - 15 * MINUTE),
      NOON + 4 * HOUR,
    ]);
    expect(result).toEqual({ ...seen.at(-1), isComplete: true });
    expect(result.dueBy).toEqual({ unanswered: 2_500, stage: 0, inputs: 0, deleted: 0 });
  });

  test('a dry run counts the same and writes nothing', async () => {
    under.leads(300, NOON + HOUR);
    under.time = NOON + 48 * HOUR;
    under.world.salesforce.faults.timeOutQueries({ spanMs: 5 * HOUR, object: 'Contact' });
    const dry = await under.reconcile.run({ isDryRun: true });
    expect([await dueCount(), await under.store.mark()]).toEqual([0, NOON]);
    expect(await under.reconcile.run()).toEqual(dry);
    expect([await dueCount(), await under.store.mark()]).toEqual([300, NOON + 48 * HOUR]);
  });

  test('a stop ends the pass before its next page, and the mark stays where the last window ended', async () => {
    under.leads(2_001, NOON + HOUR);
    under.time = NOON + 2 * HOUR;
    const stop = new AbortController();
    under.asked();
    const result = await under.reconcile.run({ signal: stop.signal, onProgress: () => stop.abort() });
    expect(result).toMatchObject({ read: 2_000, isComplete: false });
    expect(under.world.salesforce.stats.calls.queryMore ?? 0).toBe(0);
    expect(under.asked()).toHaveLength(1);
    expect(await under.store.mark()).toBe(NOON);
    expect(await under.reconcile.run()).toMatchObject({ due: 1, isComplete: true });
  });
});

test('beyond 1,000 due records a crowd waits behind live changes', async () => {
  under.leads(2_500, NOON + HOUR);
  under.time = NOON + 2 * HOUR;
  await under.reconcile.run();
  const leases = await under.process.leaseDue({ limit: 2_500, now: under.time, leaseMs: MINUTE });
  expect(leases.filter(({ lane }) => lane === 'live')).toHaveLength(1_000);
  under.leads(210, NOON + 2 * HOUR);
  await under.reconcile.run();
  const more = await under.process.leaseDue({ limit: 300, now: under.time, leaseMs: MINUTE });
  expect(more.filter(({ lane }) => lane === 'bulk')).toHaveLength(10);
});

test('one that somebody moved to another stage does not wait behind a crowd that reconcile finds with it', async () => {
  under.leads(1_500, NOON + HOUR);
  const moved = under.lead(NOON + HOUR);
  under.time = NOON + HOUR + 1_000;
  under.world.org.update('Lead', moved, { Status: 'Working - Contacted' }, under.world.seller);
  under.time = NOON + 2 * HOUR;
  await under.reconcile.run();
  const leases = await under.process.leaseDue({ limit: 2_500, now: under.time, leaseMs: MINUTE, isLiveOnly: true });
  expect(leases).toHaveLength(1_001);
  expect(leases.map(({ recordId }) => recordId)).toContain(moved);
});

test('a change that comes without an event while the record is under work is seen once that is over', async () => {
  const id = under.lead();
  await under.reconcile.run();
  const [lease] = await under.process.leaseDue({ limit: 1, now: under.time, leaseMs: MINUTE });
  const { world } = under;
  world.org.update('Lead', id, { Status: 'Working - Contacted' }, world.seller, {
    autoAssign: false,
    allowDuplicates: true,
  });
  await under.reconcile.run();
  const settled = { kind: 'settled', recordId: id, generation: lease?.generation ?? 0, wasSeen: true } as const;
  const nothing = { verdicts: [], links: [], users: [], forgottenUsers: [] };
  await under.process.commitSync([{ ...nothing, leases: [settled] }], under.time);
  expect((await under.store.knownRecords([id])).get(id)?.isDue).toBe(true);
});
