import { DatabaseSync } from 'node:sqlite';

test('the pinned runtime has node:sqlite', () => {
  const db = new DatabaseSync(':memory:');
  expect(db.prepare('select 1 as one').get()).toEqual({ one: 1 });
  db.close();
});
