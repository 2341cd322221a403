import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OBJECT_NAMES } from '../../../relay/mapping/record.ts';
import { type Phase, windowsOf } from '../../../relay/pipeline/budget/phase.ts';
import { createGate } from '../../../relay/pipeline/gate.ts';
import type { Setup } from '../../../relay/pipeline/setup.ts';
import { createWakeUp } from '../../../relay/pipeline/wake-up.ts';
import { createWriteBackWorker } from '../../../relay/pipeline/write-back-worker.ts';
import type { SalesforceRequest, SalesforceSession } from '../../../relay/salesforce/session.ts';
import { openSqliteStore } from '../../../relay/store/sqlite-store.ts';
import type { Store } from '../../../relay/store/store.ts';
import { SILENT_LOGGER } from '../../../relay/telemetry/logger.ts';
import { createMetrics } from '../../../relay/telemetry/metrics.ts';
import { joined, type OneProcess } from '../../emulators/one-process.ts';
import { result, verdict } from '../store/store-samples.ts';

type Row = { id: string; OneSignal_Synced_Stage__c: string };
type Reply = { success: boolean; errors: { statusCode: string }[] };

const WRITTEN: Reply = { success: true, errors: [] };
const LOCKED: Reply = { success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] };
const leadId = (number: number) => `00Q${String(number).padStart(12, '0')}EAA`;
const contactId = (number: number) => `003${String(number).padStart(12, '0')}AAA`;

/** A call under way: its rows, and how to answer it. */
interface Call {
  rows: Row[];
  answer(replies?: (row: Row) => Reply): void;
}

/** A worker whose Salesforce answers when the test says so. */
class Bench {
  readonly calls: Call[] = [];
  /** Ids of each call, in the order in which they began. */
  readonly sent: string[][] = [];
  mostAtOnce = 0;
  readonly folder = mkdtempSync(join(tmpdir(), 'relay-write-back-'));
  readonly stopping = new AbortController();
  readonly wakeUp = createWakeUp();
  store!: OneProcess;
  ended!: Promise<void>;
  /** Questions after statuses to write, and after when the next ones are due. */
  looks = 0;
  rests = 0;
  /** Answers every call at once from now on. */
  replies: ((row: Row) => Reply) | undefined;
  readonly phase: Phase;

  constructor(phase: Phase = 'easy') {
    this.phase = phase;
  }

  async start(): Promise<this> {
    const store = this.#counted(openSqliteStore(this.folder));
    this.store = await joined(store);
    const gate = createGate({ side: 'Salesforce status write', logger: SILENT_LOGGER, now: store.now });
    const session = { request: (request: SalesforceRequest) => this.#take(request) } as Partial<SalesforceSession>;
    const worker = createWriteBackWorker({
      store,
      session: session as SalesforceSession,
      setup: { settings: { isPaused: false } } as Setup,
      gate,
      logger: SILENT_LOGGER,
      metrics: createMetrics(),
      wakeUp: this.wakeUp,
      epoch: () => this.store.epoch,
      isPartValid: () => true,
      budget: {
        phase: this.phase,
        windows: windowsOf(this.phase),
        passable: () => Promise.resolve(),
      },
      now: store.now,
      random: () => 0,
    });
    this.ended = worker.run(this.stopping.signal);
    return this;
  }

  async verdicts(ids: readonly string[], stage = 'Working'): Promise<void> {
    const verdicts = ids.map((id) => verdict(id, { stage }));
    await this.store.commitSync([result({ verdicts })], this.store.now());
    this.wakeUp.wake();
  }

  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 20_000; !(await condition()); ) {
      if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  isDone = async () => (await this.store.counts()).pendingWriteBacks === 0;

  async stop(): Promise<void> {
    this.stopping.abort();
    this.replies ??= () => WRITTEN;
    for (const call of [...this.calls]) call.answer(this.replies);
    await this.ended;
    await this.store.close();
    rmSync(this.folder, { recursive: true });
  }

  #counted(store: Store): Store {
    return {
      ...store,
      pendingWriteBacks: (request) => {
        this.looks += 1;
        return store.pendingWriteBacks(request);
      },
      nextAttemptAt: () => {
        this.rests += 1;
        return store.nextAttemptAt();
      },
    };
  }

  #take({ body }: SalesforceRequest): Promise<Reply[]> {
    const { records: rows } = body as { records: Row[] };
    this.sent.push(rows.map(({ id }) => id));
    if (this.replies !== undefined) return Promise.resolve(rows.map(this.replies));
    const { promise, resolve } = Promise.withResolvers<Reply[]>();
    const call: Call = {
      rows,
      answer: (replies = () => WRITTEN) => {
        this.calls.splice(this.calls.indexOf(call), 1);
        resolve(rows.map(replies));
      },
    };
    this.calls.push(call);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.calls.length);
    return promise;
  }
}

let bench: Bench;
beforeEach(async () => {
  bench = await new Bench().start();
});
afterEach(() => bench.stop());

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);
const objectsOf = ({ rows }: Call) => new Set(rows.map(({ id }) => id.slice(0, 3)));

test('20,000 statuses take 100 calls, or one more where the last of leads and of contacts are not full', async () => {
  bench.replies = () => WRITTEN;
  await bench.verdicts([...numbers(10_001).map(leadId), ...numbers(9_999).map(contactId)]);
  await bench.until('all are written', bench.isDone);
  expect(bench.sent.length).toBeLessThanOrEqual(101);
  expect(bench.sent.flat()).toHaveLength(20_000);
  expect(new Set(bench.sent.flat()).size).toBe(20_000);
});

test('after a call that takes all that waits, the store is not asked for more before anything new comes', async () => {
  await bench.until('the first look found nothing', () => bench.rests > 0);
  const rests = bench.rests;
  const looks = bench.looks;
  await bench.verdicts([leadId(1), leadId(2)]);
  await bench.until('the call is under way', () => bench.calls.length === 1);
  await bench.until('the worker rests again', () => bench.rests > rests);
  expect(bench.looks - looks).toBe(OBJECT_NAMES.length);
});

test('two calls with leads and one with contacts are under way, and never two with contacts', async () => {
  await bench.verdicts([...numbers(1_000).map(leadId), ...numbers(1_000).map(contactId)]);
  for (let round = 0; round < 10; round++) {
    if (await bench.isDone()) break;
    await bench.until('calls are under way', () => bench.calls.length > 0);
    expect(bench.calls.filter((call) => objectsOf(call).has('003')).length).toBeLessThanOrEqual(1);
    for (const call of bench.calls) expect(objectsOf(call).size).toBe(1);
    bench.calls[round % bench.calls.length]?.answer();
  }
  await bench.until('three are under way', () => bench.mostAtOnce === 3);
});

test('a newer verdict waits for the call that carries the older one, and comes after it', async () => {
  const ids = numbers(400).map(leadId);
  await bench.verdicts(ids, 'Old');
  await bench.until('both calls are under way', () => bench.calls.length === 2);
  await bench.verdicts(ids, 'New');
  const [first, second] = [...bench.calls];
  const mine = new Set(first?.rows.map(({ id }) => id));
  first?.answer();
  await bench.until('the next is under way', () => bench.calls.some((call) => call !== second));
  const next = bench.calls.find((call) => call !== second);
  expect(next?.rows.map(({ id }) => mine.has(id))).toEqual(numbers(200).map(() => true));
  expect(new Set(next?.rows.map((row) => row.OneSignal_Synced_Stage__c))).toEqual(new Set(['New']));
  bench.replies = () => WRITTEN;
  for (const call of [...bench.calls]) call.answer();
  await bench.until('all are written', bench.isDone);
});

test('a row that could not be locked is tried again alone after its wait, while all others are written', async () => {
  const locked = leadId(7);
  let refusals = 0;
  bench.replies = ({ id }) => {
    if (id !== locked || refusals === 2) return WRITTEN;
    refusals += 1;
    return LOCKED;
  };
  await bench.verdicts(numbers(1_000).map(leadId));
  await bench.until('all are written', bench.isDone);
  const tries = bench.sent.filter((ids) => ids.includes(locked));
  expect(tries.map(({ length }) => length)).toEqual([200, 1, 1]);
  expect(bench.sent.flat()).toHaveLength(1_002);
  const others = bench.sent.flat().filter((id) => id !== locked);
  expect(new Set(others).size).toBe(999);
});

test('what waits when the worker is told to stop is written, leads and contacts', async () => {
  await bench.verdicts([leadId(1)]);
  await bench.until('the call is under way', () => bench.calls.length === 1);
  await bench.store.commitSync([result({ verdicts: [verdict(leadId(2)), verdict(contactId(1))] })], bench.store.now());
  bench.stopping.abort();
  bench.replies = () => WRITTEN;
  for (const call of [...bench.calls]) call.answer();
  await bench.ended;
  expect(await bench.isDone()).toBe(true);
  expect(bench.sent.map((ids) => ids.length)).toEqual([1, 1, 1]);
});
