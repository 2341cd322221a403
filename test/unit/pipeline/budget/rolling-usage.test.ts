import fc from 'fast-check';
import { DAY_MS, RollingUsage, SPAN_MS } from '../../../../relay/pipeline/budget/rolling-usage.ts';

const T0 = Date.parse('2026-11-25T12:00:00Z');

test('a use counts for 24 hours and the rest of its five minutes', () => {
  const usage = new RollingUsage('api_call');
  usage.add(T0 + 1);
  usage.add(T0 + SPAN_MS, 4);
  expect(usage.total(T0 + DAY_MS)).toBe(5);
  expect(usage.total(T0 + SPAN_MS + DAY_MS)).toBe(4);
  expect(usage.total(T0 + 2 * SPAN_MS + DAY_MS)).toBe(0);
});

test('it says when so much has aged out that fewer than wanted are left', () => {
  const usage = new RollingUsage('api_call');
  usage.add(T0, 10);
  usage.add(T0 + SPAN_MS, 10);
  const now = T0 + 2 * SPAN_MS;
  expect(usage.fallsBelow(21, now)).toBe(now);
  expect(usage.fallsBelow(20, now)).toBe(T0 + SPAN_MS + DAY_MS);
  expect(usage.fallsBelow(5, now)).toBe(T0 + 2 * SPAN_MS + DAY_MS);
});

test('what the store took counts once, with what other processes used', () => {
  const usage = new RollingUsage('api_call');
  usage.add(T0, 2);
  const spans = usage.takeUnsaved();
  usage.add(T0, 1);
  expect(usage.total(T0)).toBe(3);
  usage.saved([
    { allotment: 'api_call', from: T0, count: 12 },
    { allotment: 'delivery', from: T0, count: 99 },
  ]);
  expect(spans).toEqual([{ allotment: 'api_call', from: T0, count: 2 }]);
  expect(usage.total(T0)).toBe(13);
});

test('what the store did not take is offered again', () => {
  const usage = new RollingUsage('delivery');
  usage.add(T0, 2);
  usage.notSaved(usage.takeUnsaved());
  expect(usage.total(T0)).toBe(2);
  expect(usage.takeUnsaved()).toEqual([{ allotment: 'delivery', from: T0, count: 2 }]);
});

test('never fewer are counted than came in the last 24 hours, and it is true to its word on when they are fewer', () => {
  const uses = fc.array(fc.nat(2 * DAY_MS), { minLength: 1, maxLength: 60 });
  const run = fc.property(uses, fc.integer({ min: 1, max: 60 }), (times, target) => {
    const usage = new RollingUsage('api_call');
    for (const time of times) usage.add(T0 + time);
    const now = T0 + Math.max(...times);
    expect(usage.total(now)).toBeGreaterThanOrEqual(times.filter((time) => T0 + time > now - DAY_MS).length);
    expect(usage.total(usage.fallsBelow(target, now))).toBeLessThan(target);
  });
  fc.assert(run);
});
