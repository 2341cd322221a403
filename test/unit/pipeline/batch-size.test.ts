import { batchSize } from '../../../relay/pipeline/batch-size.ts';

test('at the limit of an app two queries’ worth of records share their transactions', () => {
  expect(batchSize(1_000)).toBe(400);
});

test('a slower app reads no further ahead than one query', () => {
  expect(batchSize(600)).toBe(200);
  expect(batchSize(100)).toBe(200);
});

test('a faster one holds no more than that in memory', () => {
  expect(batchSize(5_000)).toBe(400);
});
