import { DatabaseSync } from 'node:sqlite';
import { preparing } from '../../../relay/store/sqlite-statement.ts';

const database = new DatabaseSync(':memory:');
const prepare = preparing(database);
database.exec('CREATE TABLE pairs (name TEXT PRIMARY KEY, value INTEGER) STRICT');
afterAll(() => database.close());

test('rows are read by the names of their columns, whatever these are', () => {
  const insert = prepare('INSERT INTO pairs VALUES (:name, :value)');
  expect(insert.run({ name: 'a', value: 1 }).changes).toBe(1);
  expect(insert.run({ name: 'b', value: null }).changes).toBe(1);
  const query = prepare(
    'SELECT name AS "values", value AS "constructor", name = ? AS is_first FROM pairs ORDER BY name',
  );
  const seen = query.all('a').map((row) => [row.values, row.constructor, row.is_first]);
  expect(seen).toEqual([
    ['a', 1, 1],
    ['b', null, 0],
  ]);
});

test('where there is no row, there is nothing', () => {
  const query = prepare('SELECT value FROM pairs WHERE name = ?');
  expect([query.get('c'), query.all('c')]).toEqual([undefined, []]);
});

test('a statement that returns rows of what it wrote gives them too', () => {
  expect(prepare('INSERT INTO pairs VALUES (?, ?) RETURNING value').get('c', 3)?.value).toBe(3);
});
