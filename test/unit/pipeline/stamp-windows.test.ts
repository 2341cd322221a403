import fc from 'fast-check';
import { StampWindows } from '../../../relay/pipeline/stamp-windows.ts';
import type { StampWindow } from '../../../relay/salesforce/record-reader.ts';

const HOUR = 3_600_000;
const UNTIL = Date.parse('2026-11-25T12:00:00Z');

/** Reads all windows as a Salesforce would that answers only spans up to `longestMs`; the open one reaches to `until`. */
function readAll(windows: StampWindows, until: number, longestMs: number) {
  const read: StampWindow[] = [];
  let refused = 0;
  for (let window = windows.current; window !== undefined; window = windows.current) {
    if ((window.to ?? until) - window.from <= longestMs) {
      read.push(window);
      windows.done();
    } else {
      refused += 1;
      if (!windows.cut()) return { read, refused, isStuck: true };
    }
  }
  return { read, refused, isStuck: false };
}

test('what can be answered at once is one window without an end', () => {
  const { read, refused } = readAll(new StampWindows(UNTIL - 72 * HOUR, UNTIL), UNTIL, Number.POSITIVE_INFINITY);
  expect(read).toEqual([{ from: UNTIL - 72 * HOUR, to: undefined }]);
  expect(refused).toBe(0);
});

test('whatever Salesforce can answer, the windows are read without a gap, and the last one has no end', () => {
  const spans = fc.tuple(fc.integer({ min: 0, max: 72 * HOUR }), fc.integer({ min: 1, max: 50 }));
  fc.assert(
    fc.property(spans, fc.integer({ min: 0, max: 999 }), ([length, parts], ms) => {
      const longest = Math.max(1_000, length / parts);
      const [from, until] = [UNTIL - length + ms, UNTIL + ms];
      const { read, isStuck } = readAll(new StampWindows(from, until), UNTIL, longest);
      expect(isStuck).toBe(false);
      expect(read[0]?.from).toBe(Math.floor(from / 1_000) * 1_000);
      expect(read.at(-1)?.to).toBeUndefined();
      for (const [index, window] of read.slice(0, -1).entries()) {
        expect(window.to).toBe(read[index + 1]?.from);
        expect((window.to ?? 0) % 1_000).toBe(0);
      }
    }),
    { numRuns: 200 },
  );
});

test('windows grow again after three that went well, so that one slow hour does not make a slow day', () => {
  const windows = new StampWindows(UNTIL - 64 * HOUR, UNTIL);
  windows.cut();
  windows.cut();
  windows.cut();
  const widths = [0, 1, 2, 3].map(() => {
    const { from = 0, to = 0 } = windows.current ?? {};
    windows.done();
    return (to - from) / HOUR;
  });
  expect(widths).toEqual([8, 8, 8, 16]);
});

test('two hours at a time are found in few tries, and a growth that fails costs one try', () => {
  const { read, refused } = readAll(new StampWindows(UNTIL - 64 * HOUR, UNTIL), UNTIL, 2 * HOUR);
  expect(read).toHaveLength(32);
  expect(refused).toBeLessThan(32 / 3 + 6);
});

test('a single second can’t be cut any further', () => {
  const { read, isStuck } = readAll(new StampWindows(UNTIL - HOUR, UNTIL), UNTIL, 999);
  expect(read).toEqual([]);
  expect(isStuck).toBe(true);
  expect(new StampWindows(UNTIL - 1_000, UNTIL).cut()).toBe(false);
  expect(new StampWindows(UNTIL + HOUR, UNTIL).cut()).toBe(false);
});

test('one that is ended is followed without a gap, and one that is cut after all is half of what was left of it', () => {
  const windows = new StampWindows(UNTIL - 64 * HOUR, UNTIL);
  windows.endAt(UNTIL - 48 * HOUR);
  expect(windows.current).toEqual({ from: UNTIL - 64 * HOUR, to: UNTIL - 48 * HOUR });
  expect(windows.cut()).toBe(true);
  expect(windows.current).toEqual({ from: UNTIL - 64 * HOUR, to: UNTIL - 56 * HOUR });
  windows.endAt(UNTIL - 60 * HOUR);
  windows.done();
  expect(windows.current).toEqual({ from: UNTIL - 60 * HOUR, to: UNTIL - 52 * HOUR });
});
