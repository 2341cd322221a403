import { Fifo } from '../../../relay/config/fifo.ts';

test('the first to come is the first to leave, across many cuts', () => {
  const fifo = new Fifo<number>();
  const left: (number | undefined)[] = [];
  for (let n = 0; n < 5_000; n += 1) {
    fifo.add(2 * n);
    fifo.add(2 * n + 1);
    left.push(fifo.first());
    fifo.drop();
  }
  expect(left).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
  expect(fifo.length).toBe(5_000);
  expect(fifo.first()).toBe(5_000);
});

test('nobody leaves an empty one', () => {
  const fifo = new Fifo<string>();
  fifo.drop();
  expect([fifo.length, fifo.first()]).toEqual([0, undefined]);
  fifo.add('a');
  fifo.drop();
  fifo.drop();
  fifo.add('b');
  expect([fifo.length, fifo.first()]).toEqual([1, 'b']);
});

test('all that are left are taken in their order', () => {
  const fifo = new Fifo<string>();
  for (const one of ['a', 'b', 'c']) fifo.add(one);
  fifo.drop();
  expect(fifo.takeAll()).toEqual(['b', 'c']);
  expect(fifo.length).toBe(0);
});
