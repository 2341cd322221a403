import { createWriteBackBatch } from '../../../relay/pipeline/write-back-batch.ts';
import type { PendingWriteBack } from '../../../relay/store/store.ts';
import { verdict } from '../store/store-samples.ts';

const MOST = 200;
const idOf = (row: PendingWriteBack) => row.verdict.recordId;

function row(number: number, version = 1): PendingWriteBack {
  return {
    verdict: verdict(`00Q${String(number).padStart(12, '0')}EAA`),
    version,
    attempts: 0,
    isRefused: false,
    waitsSince: 0,
  };
}

/** Salesforce, where a write fails as a whole when it holds one of the poisoned rows, or while it is down. */
function writeAll(count: number, poisoned: ReadonlySet<number>, isDown: (write: number) => boolean) {
  const batch = createWriteBackBatch(MOST, idOf);
  let waiting = Array.from({ length: count }, (_, number) => row(number));
  const isPoisoned = (one: PendingWriteBack) => poisoned.has(Number(one.verdict.recordId.slice(3, 15)));
  const blamed: PendingWriteBack[] = [];
  const sizes: number[] = [];
  let writes = 0;
  const write = () => {
    const chosen = batch.choose(waiting.slice(0, batch.wanted));
    sizes.push(chosen.length);
    writes += 1;
    if (isDown(writes) || chosen.some(isPoisoned)) return batch.failed(chosen);
    const atFault = batch.taken();
    blamed.push(...atFault);
    waiting = waiting.filter((one) => !chosen.includes(one) && !atFault.includes(one));
  };
  return {
    write,
    sizes,
    blamed,
    isPoisoned,
    get waiting() {
      return waiting;
    },
  };
}

const never = () => false;

test('what works is written in full writes', () => {
  const all = writeAll(500, new Set(), never);
  for (let i = 0; i < 3; i++) all.write();
  expect([all.sizes, all.waiting, all.blamed]).toEqual([[200, 200, 100], [], []]);
});

test.each([[0], [77], [199], [450]])(
  'row %i, which makes each write fail, holds up no other and is found',
  (poison) => {
    const all = writeAll(500, new Set([poison]), never);
    for (let i = 0; i < 60; i++) if (all.waiting.length > 0) all.write();
    expect(all.waiting).toEqual([]);
    expect(all.blamed.map(all.isPoisoned)).toEqual([true]);
  },
);

test('several such rows are found, one after the other', () => {
  const all = writeAll(500, new Set([0, 1, 2, 210, 499]), never);
  for (let i = 0; i < 200; i++) if (all.waiting.some((one) => !all.isPoisoned(one))) all.write();
  expect(all.blamed.every(all.isPoisoned)).toBe(true);
  expect(all.waiting.every(all.isPoisoned)).toBe(true);
});

test('once found, such a row makes no write of new ones fail when it is tried again', () => {
  const batch = createWriteBackBatch(MOST, idOf);
  const poison = { ...row(1), attempts: 3 };
  const locked = { ...row(2), attempts: 1 };
  let written = 0;
  for (let number = 10; number < 60; number++) {
    const chosen = batch.choose([poison, locked, row(number)]);
    if (chosen.includes(poison)) {
      expect(chosen).not.toContainEqual(row(number));
      batch.failed(chosen);
    } else {
      batch.taken();
      written += 1;
    }
  }
  expect(written).toBeGreaterThanOrEqual(25);
});

test('while nothing is taken nobody is blamed, and full writes come back soon after', () => {
  const all = writeAll(3_000, new Set(), (write) => write <= 100);
  for (let i = 0; i < 100; i++) all.write();
  expect([all.blamed, all.waiting.length, all.sizes.at(-1)]).toEqual([[], 3_000, 1]);
  for (let i = 0; i < 10; i++) all.write();
  expect(all.sizes.slice(100)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 200, 200]);
  expect(all.blamed).toEqual([]);
});

test('a row that waits alone is tried again and never blamed: it may be Salesforce', () => {
  const all = writeAll(1, new Set([0]), never);
  for (let i = 0; i < 20; i++) all.write();
  expect([all.sizes.length, new Set(all.sizes), all.blamed]).toEqual([20, new Set([1]), []]);
});

test('a newer verdict of a row that stands aside is not held up by the older one', () => {
  const batch = createWriteBackBatch(1, idOf);
  batch.failed(batch.choose([row(1)]));
  expect(batch.choose([row(1), row(2)])).toEqual([row(2)]);
  expect(batch.choose([row(1, 2), row(2)])).toEqual([row(1, 2)]);
});
