import { createFailedAttempts } from '../../../../relay/server/console/failed-attempts.ts';

test('wrong tokens from many addresses stop all, until some are a quarter of an hour old', () => {
  let now = 0;
  const attempts = createFailedAttempts(() => now);
  for (let n = 0; n < 100; n++) {
    expect(attempts.mayTry('new')).toBe(true);
    attempts.failed(`address ${n}`);
    now += 1;
  }
  expect(attempts.mayTry('new')).toBe(false);
  now = 15 * 60_000;
  expect(attempts.mayTry('new')).toBe(true);
});

test('ten of one address stop that one alone', () => {
  const attempts = createFailedAttempts(() => 0);
  for (let n = 0; n < 10; n++) attempts.failed('a');
  expect([attempts.mayTry('a'), attempts.mayTry('b')]).toEqual([false, true]);
});
