import { restAfterMs } from '../../../../relay/salesforce/streaming/rest-after.ts';

test('after a reply without events the next request goes out at once', () => {
  expect(restAfterMs(0)).toBe(0);
});

test('a single change costs the next one less than a millisecond', () => {
  expect(restAfterMs(1)).toBeLessThan(1);
});

test('under load the rest grows with the events, up to a twentieth of a second', () => {
  expect(restAfterMs(20)).toBe(18);
  expect(restAfterMs(2_000)).toBe(50);
});
