import { createUserHolds } from '../../../relay/pipeline/user-holds.ts';
import { leased } from './unit-samples.ts';

test('a user that is held can’t be held again, nor any user asked for together with it', () => {
  const holds = createUserHolds();
  expect(holds.hold(['u-1', 'u-2'])).toBe(true);
  expect(holds.hold(['u-3', 'u-2'])).toBe(false);
  expect([holds.isHeld('u-2'), holds.isHeld('u-3')]).toEqual([true, false]);
  holds.letGo(['u-1', 'u-2']);
  expect(holds.hold(['u-3', 'u-2'])).toBe(true);
});

test('a record that waits for a held user is given out once, when that user is let go', () => {
  const holds = createUserHolds();
  const record = leased();
  holds.hold(['u-1']);
  holds.hold(['u-2']);
  holds.park(['u-1'], [record]);
  holds.letGo(['u-2']);
  expect(holds.takeReleased()).toEqual([]);
  holds.letGo(['u-1']);
  expect([holds.takeReleased(), holds.takeReleased()]).toEqual([[record], []]);
});

test('a record whose user is free by then does not wait', () => {
  const holds = createUserHolds();
  const record = leased();
  holds.park(['u-1'], [record]);
  expect(holds.takeReleased()).toEqual([record]);
});
