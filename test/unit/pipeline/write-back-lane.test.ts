import fc from 'fast-check';
import { createWriteBackLane, MOST_CALLS, type WriteBackLane } from '../../../relay/pipeline/write-back-lane.ts';
import type { PendingWriteBack } from '../../../relay/store/store.ts';
import { verdict } from '../store/store-samples.ts';

const MOST = 200;

function rows(count: number, given: Partial<PendingWriteBack> = {}, from = 0): PendingWriteBack[] {
  return Array.from({ length: count }, (_, number) => ({
    verdict: verdict(`00Q${String(from + number).padStart(12, '0')}EAA`),
    version: 1,
    attempts: 0,
    isRefused: false,
    waitsSince: 0,
    ...given,
  }));
}

const idsOf = (chosen: readonly PendingWriteBack[]) => chosen.map(({ verdict: { recordId } }) => recordId);

test('leads have two calls under way, of different records, and then no more are asked for', () => {
  const lane = createWriteBackLane('Lead', MOST);
  const pending = rows(500);
  const first = lane.begin(pending.slice(0, lane.wanted));
  const second = lane.begin(pending.slice(0, lane.wanted));
  expect([first.length, second.length, lane.wanted]).toEqual([200, 200, 0]);
  expect(new Set(idsOf([...first, ...second])).size).toBe(400);
});

test('contacts have one call under way, whatever accounts they have: two never wait for each other’s locks', () => {
  const lane = createWriteBackLane('Contact', MOST);
  const first = lane.begin(rows(500));
  expect([MOST_CALLS.Contact, first.length, lane.wanted]).toEqual([1, 200, 0]);
  lane.end(first);
  expect(lane.wanted).toBe(200);
});

test('beside another call no small one is made: what comes meanwhile shares the next', () => {
  const lane = createWriteBackLane('Lead', MOST);
  const first = lane.begin(rows(200));
  const later = [...rows(200), ...rows(5, {}, 900)];
  expect(lane.begin(later)).toEqual([]);
  lane.end(first);
  expect(lane.begin(rows(5, {}, 900))).toHaveLength(5);
});

test('a row that could not be locked is tried again by itself, beside those that are new', () => {
  const lane = createWriteBackLane('Lead', MOST);
  const locked = rows(1, { attempts: 1 }, 900);
  const pending = [...locked, ...rows(600)];
  const first = lane.begin(pending);
  const second = lane.begin(pending);
  expect([first, second].map(({ length }) => length).sort()).toEqual([1, 200]);
  expect([first, second]).toContainEqual(locked);
});

test('while a row is looked for that makes calls fail, one call is under way', () => {
  const lane = createWriteBackLane('Lead', MOST);
  const first = lane.begin(rows(200));
  lane.failed(first);
  lane.end(first);
  const half = lane.begin(rows(200));
  expect([half.length, lane.wanted]).toEqual([100, 0]);
  lane.taken(half);
  lane.end(half);
  const whole = lane.begin(rows(400));
  expect([whole.length, lane.wanted > 0]).toEqual([200, true]);
});

test('a record is in one call at a time, however calls begin, fail and end', () => {
  const step = fc.record({ what: fc.constantFrom('begin', 'taken', 'failed'), which: fc.nat(3), from: fc.nat(999) });
  const run = fc.property(fc.constantFrom('Lead', 'Contact'), fc.array(step, { maxLength: 80 }), (object, steps) => {
    const lane = createWriteBackLane(object, 10);
    const underWay: PendingWriteBack[][] = [];
    for (const { what, which, from } of steps) {
      if (what === 'begin') underWay.push(...begun(lane, from));
      else endOne(lane, what, underWay.splice(which % (underWay.length + 1), 1));
      const ids = idsOf(underWay.flat());
      expect(underWay.length).toBeLessThanOrEqual(MOST_CALLS[object]);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
  fc.assert(run, { numRuns: 200, seed: 1 });
});

function begun(lane: WriteBackLane, from: number): PendingWriteBack[][] {
  const pending = [...rows(2, { attempts: 1 }, 900 + (from % 7)), ...rows(40, { version: from }, from % 30)];
  const chosen = lane.wanted === 0 ? [] : lane.begin(pending.slice(0, lane.wanted));
  return chosen.length === 0 ? [] : [chosen];
}

function endOne(lane: WriteBackLane, what: 'taken' | 'failed', calls: readonly PendingWriteBack[][]): void {
  for (const call of calls) {
    lane[what](call);
    lane.end(call);
  }
}

test('a few statuses go once the short wait is over, a crowd waits for a full call or the long one', () => {
  const ripe = { few: 100, many: 50 };
  const begun = (count: number, waitsSince: number) =>
    createWriteBackLane('Lead', MOST).begin(rows(count, { waitsSince }), ripe).length;
  expect([begun(5, 101), begun(5, 100)]).toEqual([0, 5]);
  expect([begun(199, 51), begun(199, 50)]).toEqual([0, 199]);
  expect(begun(200, 101)).toBe(200);
});

test('the oldest status decides, and one that is tried again waits for nobody', () => {
  const ripe = { few: 100, many: 50 };
  const [young, old, again] = [{ waitsSince: 900 }, { waitsSince: 50 }, { waitsSince: 900, attempts: 1 }];
  const lane = () => createWriteBackLane('Lead', MOST);
  expect(lane().begin([...rows(30, young), ...rows(1, old, 900)], ripe)).toHaveLength(31);
  expect(lane().begin([...rows(30, young), ...rows(1, again, 900)], ripe).length).toBeGreaterThan(0);
});
