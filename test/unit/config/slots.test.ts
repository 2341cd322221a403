import { Slots } from '../../../relay/config/slots.ts';

test('what was added is there until its slot is given back', () => {
  const slots = new Slots<string>();
  expect(slots.isEmpty).toBe(true);
  const first = slots.add('a');
  slots.add('b');
  slots.remove(first);
  expect(slots.all()).toEqual(['b']);
  expect(slots.isEmpty).toBe(false);
});

test('a slot that was given back is used again, so that as many are kept as were ever there at once', () => {
  const slots = new Slots<number>();
  const used = new Set<number>();
  for (let n = 0; n < 1_000; n += 1) {
    const slot = slots.add(n);
    used.add(slot);
    slots.remove(slot);
  }
  expect(used.size).toBe(1);
  expect(slots.isEmpty).toBe(true);
});

test('each is told with its slot', () => {
  const slots = new Slots<string>();
  const [a, b] = [slots.add('a'), slots.add('b')];
  slots.remove(a);
  const told: [string, number][] = [];
  slots.forEach((one, slot) => {
    told.push([one, slot]);
  });
  expect(told).toEqual([['b', b]]);
});
