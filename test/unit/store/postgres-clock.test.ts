import { createServerClock, type ServerClock } from '../../../relay/store/postgres-clock.ts';

const HOUR = 3_600_000;

let elapsed = 1_000;
const newClock = () => createServerClock(() => elapsed);

/** A question to a server whose clock is `ahead` of ours, which takes `out` ms to arrive and `back` ms to be answered. */
function ask(clock: ServerClock, ahead: number, out: number, back: number): void {
  const sentAt = elapsed;
  const serverTime = sentAt + out + ahead;
  elapsed += out + back;
  clock.learn({ sentAt, answeredAt: elapsed, serverTime });
}

test('it is the server’s, whatever ours says, and goes on by itself', () => {
  const clock = newClock();
  ask(clock, HOUR, 2, 2);
  expect(clock.now()).toBe(elapsed + HOUR);
  elapsed += 500;
  expect(clock.now()).toBe(elapsed + HOUR);
});

test('a slow answer does not spoil what a quick one told', () => {
  const clock = newClock();
  ask(clock, HOUR, 1, 1);
  ask(clock, HOUR, 0, 4_000);
  expect(clock.now()).toBe(elapsed + HOUR);
});

test('a quick answer corrects a slow one, and time stands still rather than run backwards', () => {
  const clock = newClock();
  // All of the trip was on the way out: half of it is taken for the way back, so the clock is 200 ms ahead.
  ask(clock, HOUR, 400, 0);
  const tooFar = clock.now();
  expect(tooFar).toBe(elapsed + HOUR + 200);
  ask(clock, HOUR, 1, 1);
  expect(clock.now()).toBe(tooFar);
  elapsed += 300;
  expect(clock.now()).toBe(elapsed + HOUR);
});

test('what drifts apart over hours is measured anew', () => {
  const clock = newClock();
  ask(clock, HOUR, 1, 1);
  elapsed += HOUR;
  ask(clock, HOUR + 300, 2, 2);
  expect(clock.now()).toBe(elapsed + HOUR + 300);
});

test('a server whose clock was set is followed, forwards at once and backwards by standing still', () => {
  const clock = newClock();
  ask(clock, 0, 1, 1);
  ask(clock, HOUR, 3, 3);
  expect(clock.now()).toBe(elapsed + HOUR);
  const before = clock.now();
  ask(clock, HOUR - 500, 3, 3);
  expect(clock.now()).toBe(before);
  elapsed += 600;
  expect(clock.now()).toBe(elapsed + HOUR - 500);
});
