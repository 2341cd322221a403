import { runsOutAt } from '../../../../relay/pipeline/budget/forecast.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 1_764_000_000_000;
const hourAgo = { at: NOW - HOUR, used: 400 };

test('at the pace of the last hour it says when the rest is used', () => {
  expect(runsOutAt([hourAgo], { at: NOW, used: 500 }, 1_000)).toBe(NOW + 5 * HOUR);
});

test('what is older than an hour does not count', () => {
  const seen = [{ at: NOW - 3 * HOUR, used: 0 }, hourAgo];
  expect(runsOutAt(seen, { at: NOW, used: 500 }, 1_000)).toBe(NOW + 5 * HOUR);
});

test.each([
  ['fewer are used than an hour ago', [hourAgo], 300],
  ['as many are', [hourAgo], 400],
  ['it would last for more than a day', [hourAgo], 410],
  ['it is used up already', [hourAgo], 1_000],
  ['only some minutes were seen', [{ at: NOW - 9 * MINUTE, used: 0 }], 500],
  ['nothing was seen', [], 500],
])('there is no such time where %s', (_, seen, used) => {
  expect(runsOutAt(seen, { at: NOW, used }, 1_000)).toBeUndefined();
});
