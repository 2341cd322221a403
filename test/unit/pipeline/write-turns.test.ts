import { createWriteTurns } from '../../../relay/pipeline/write-turns.ts';

function write() {
  const end = Promise.withResolvers<string>();
  let isUnderWay = false;
  return {
    end,
    get isUnderWay() {
      return isUnderWay;
    },
    start: () => {
      isUnderWay = true;
      return end.promise;
    },
  };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('calls that write to contacts take turns, also after one that fails', async () => {
  const turns = createWriteTurns();
  const [first, second, third] = [write(), write(), write()];
  const [a, b, c] = [first, second, third].map(({ start }) => turns.take('Contact', start));
  await settle();
  expect([first.isUnderWay, second.isUnderWay, third.isUnderWay]).toEqual([true, false, false]);
  first.end.reject(new Error('down'));
  await expect(a).rejects.toThrow('down');
  await settle();
  expect([second.isUnderWay, third.isUnderWay]).toEqual([true, false]);
  second.end.resolve('second');
  expect(await b).toBe('second');
  third.end.resolve('third');
  expect(await c).toBe('third');
});

test('calls that write to leads don’t wait', () => {
  const turns = createWriteTurns();
  const [contact, first, second] = [write(), write(), write()];
  void turns.take('Contact', contact.start);
  void turns.take('Lead', first.start);
  void turns.take('Lead', second.start);
  expect([first.isUnderWay, second.isUnderWay]).toEqual([true, true]);
});
