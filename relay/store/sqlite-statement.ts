import type {
  DatabaseSync,
  SQLInputValue,
  SQLOutputValue,
  StatementResultingChanges,
  StatementSync,
} from 'node:sqlite';

/** By place, or by name in one object. */
type Parameters = SQLInputValue[] | [Record<string, SQLInputValue>];

type Values = readonly SQLOutputValue[];
export type SqliteRow = Readonly<Record<string, SQLOutputValue>>;

/**
 * A prepared statement whose rows come as lists behind getters. Node makes a dictionary of each otherwise, which takes
 * three times as long and as much memory: https://nodejs.org/docs/latest-v24.x/api/sqlite.html#statementsetreturnarraysenabled
 */
export class SqliteStatement {
  readonly sql: string;
  readonly #statement: StatementSync;
  readonly #toRow: (values: Values) => SqliteRow;

  constructor(database: DatabaseSync, sql: string) {
    this.sql = sql;
    this.#statement = database.prepare(sql);
    this.#statement.setReturnArrays(true);
    this.#toRow = rowMaker(this.#statement.columns().map(({ name }) => name));
  }

  run(...parameters: Parameters): StatementResultingChanges {
    return this.#statement.run(...(parameters as SQLInputValue[]));
  }

  get(...parameters: Parameters): SqliteRow | undefined {
    const values = this.#statement.get(...(parameters as SQLInputValue[])) as Values | undefined;
    return values && this.#toRow(values);
  }

  all(...parameters: Parameters): SqliteRow[] {
    const rows = this.#statement.all(...(parameters as SQLInputValue[])) as unknown as Values[];
    return rows.map(this.#toRow);
  }
}

/** No column can have this name. */
const VALUES = Symbol('values');

export function preparing(database: DatabaseSync): (sql: string) => SqliteStatement {
  return (sql) => new SqliteStatement(database, sql);
}

/** Rows of one statement have one shape, by which V8 reads them fast. */
function rowMaker(columns: readonly string[]): (values: Values) => SqliteRow {
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
  return (values) => new Row(values) as unknown as SqliteRow;
}
