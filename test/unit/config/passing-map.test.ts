import { PassingMap } from '../../../relay/config/passing-map.ts';

test('it holds what was set, until it is deleted', () => {
  const map = new PassingMap<number>();
  map.set('a', 1);
  map.set('a', 2);
  map.set('b', 3);
  expect([map.size, map.has('a'), map.get('a'), map.values()]).toEqual([2, true, 2, [2, 3]]);
  map.delete('a');
  map.delete('a');
  expect([map.size, map.has('a'), map.get('a'), map.values()]).toEqual([1, false, undefined, [3]]);
});

test.each(['__proto__', 'constructor', 'toString', '42', ''])('%j is a name as any other', (name) => {
  const map = new PassingMap<string>();
  expect([map.has(name), map.get(name)]).toEqual([false, undefined]);
  map.set(name, 'there');
  expect([map.size, map.has(name), map.get(name)]).toEqual([1, true, 'there']);
  map.delete(name);
  expect([map.size, map.has(name)]).toEqual([0, false]);
});
