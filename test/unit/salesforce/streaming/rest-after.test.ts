import { restAfterMs } from '../../../../relay/salesforce/streaming/rest-after.ts';

test('after a reply without events the next request goes out at once', () => {
  expect(restAfterMs(0, 1_000)).toBe(0);
});

test('a single change costs the next one less than a millisecond', () => {
  expect(restAfterMs(1, 1_000)).toBeLessThan(1);
});

test('under load the rest grows with the events, to two fifths of a second', () => {
  expect(restAfterMs(20, 1_000)).toBe(19);
  expect(restAfterMs(500, 1_000)).toBe(400);
});

test('a backlog leaves time for the work that it makes, at most a second', () => {
  expect(restAfterMs(1_000, 1_000)).toBe(500);
  expect(restAfterMs(9_000, 1_000)).toBe(1_000);
});

test('whoever may write more to OneSignal takes a backlog as many times as fast', () => {
  expect(restAfterMs(1_000, 5_000)).toBe(190);
  expect(restAfterMs(9_000, 5_000)).toBe(900);
});

test('whoever may write less rests no longer for that: what is in the store is safe', () => {
  expect(restAfterMs(1_000, 100)).toBe(restAfterMs(1_000, 1_000));
});
