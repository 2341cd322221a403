import type {
  DatabaseSync,
  SQLInputValue,
  SQLOutputValue,
  StatementResultingChanges,
  StatementSync,
} from 'node:sqlite';
import type { StoredRow } from './stored-rows.ts';

/** By place, or by name in one object. */
type Given = SQLInputValue[] | [Record<string, SQLInputValue>];

type Values = readonly SQLOutputValue[];

/**
 * A prepared statement whose rows come as lists behind getters. Node makes a dictionary of each otherwise, which takes
 * three times as long and as much memory: https://nodejs.org/docs/latest-v24.x/api/sqlite.html#statementsetreturnarraysenabled
 */
export class SqliteStatement {
  readonly sql: string;
  readonly #statement: StatementSync;
  readonly #toRow: (values: Values) => StoredRow;

  constructor(database: DatabaseSync, sql: string) {
    this.sql = sql;
    this.#statement = database.prepare(sql);
    this.#statement.setReturnArrays(true);
    this.#toRow = rowMaker(this.#statement.columns().map(({ name }) => name));
  }

  run(...given: Given): StatementResultingChanges {
    return this.#statement.run(...(given as SQLInputValue[]));
  }

  get(...given: Given): StoredRow | undefined {
    const values = this.#statement.get(...(given as SQLInputValue[])) as Values | undefined;
    return values && this.#toRow(values);
  }

  all(...given: Given): StoredRow[] {
    const rows = this.#statement.all(...(given as SQLInputValue[])) as unknown as Values[];
    return rows.map(this.#toRow);
  }
}

export function preparing(database: DatabaseSync): (sql: string) => SqliteStatement {
  return (sql) => new SqliteStatement(database, sql);
}

/** No column can have this name. */
const VALUES = Symbol('values');

/** Rows of one statement have one shape, by which V8 reads them fast. */
function rowMaker(columns: readonly string[]): (values: Values) => StoredRow {
  class Row {
    readonly [VALUES]: Values;
    constructor(values: Values) {
      this[VALUES] = values;
    }
  }
  for (const [place, column] of columns.entries()) {
    Object.defineProperty(Row.prototype, column, {
      get(this: Row) {
        return this[VALUES][place];
      },
    });
  }
  return (values) => new Row(values) as unknown as StoredRow;
}
