import { statSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { StoreSize, TidyPage, TidyResult } from './store.ts';
import { COUNTED, type CountedTable } from './store-size.ts';
import { tidyRules, tidyStatements } from './tidy-rules.ts';

/** Pages that one step gives back to the file system: 2 MB, a few milliseconds. */
const PAGES_GIVEN_BACK = 500;

/** Takes out what is of no use any more. Each method is a part of a transaction. */
export interface Tidying {
  tidy(page: TidyPage): TidyResult;
  size(): StoreSize;
}

export function prepareTidying(database: DatabaseSync): Tidying {
  const rules = tidyRules({ isDue: 'is_due = 1', isLeased: 'lease_epoch IS NOT NULL' });
  const forgetVerdicts = database.prepare(
    'DELETE FROM verdicts WHERE record_id IN (SELECT value FROM json_each(:ids))',
  );
  const freePages = database.prepare('PRAGMA freelist_count');
  const count = database.prepare(
    `SELECT ${COUNTED.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join(', ')}`,
  );

  const prepared = new Map<string, StatementSync>();
  /** Prepared when first used: most tables never have a second page. */
  const prepare = (sql: string) => {
    const statement = database.prepare(sql);
    // Each takes what its text names of all that is given.
    statement.setAllowUnknownNamedParameters(true);
    prepared.set(sql, statement);
    return statement;
  };
  const run = (sql: string, given: Readonly<Record<string, SQLInputValue>>) =>
    (prepared.get(sql) ?? prepare(sql)).all(given);

  const tidyTable = ({ table, after, limit, now, forgetBefore }: TidyPage): TidyResult => {
    const statements = tidyStatements(table, rules[table]);
    const isFirst = after === undefined;
    const given: Record<string, SQLInputValue> = {
      now: Math.floor(now),
      before: Math.floor(forgetBefore),
      before_seconds: Math.floor(forgetBefore / 1000),
      skipped: limit - 1,
      ...named('after', after ?? []),
    };
    const [lastRow] = run(statements.lastOfPage(isFirst), given);
    const last = lastRow && (Object.values(lastRow) as (string | number)[]);
    const edges = { isFirst, isLast: last === undefined };
    const within = { ...given, ...named('last', last ?? []) };
    for (const mark of statements.marks(edges)) run(mark, within);
    const gone = run(statements.forget(edges), within);
    if (table === 'records' && gone.length > 0)
      forgetVerdicts.run({ ids: JSON.stringify(gone.map((row) => row.record_id)) });
    return { forgotten: gone.length, next: last };
  };

  return {
    tidy(page) {
      const result = tidyTable(page);
      // Else the file would stay as large as it ever was: https://www.sqlite.org/pragma.html#pragma_incremental_vacuum
      if (Number(freePages.get()?.freelist_count) > 0) database.exec(`PRAGMA incremental_vacuum(${PAGES_GIVEN_BACK})`);
      return result;
    },
    size() {
      const rows = count.get() ?? {};
      const counted = Object.fromEntries(COUNTED.map((table) => [table, Number(rows[table])]));
      return { bytes: fileBytes(database), rows: counted as Record<CountedTable, number> };
    },
  };
}

function named(name: string, values: readonly (string | number)[]): Record<string, SQLInputValue> {
  return Object.fromEntries(values.map((value, place) => [`${name}_${place}`, value]));
}

/** With what is written and not yet moved into the file itself: https://www.sqlite.org/wal.html */
function fileBytes(database: DatabaseSync): number {
  const file = database.location();
  if (file === null) return 0;
  const sizes = [file, `${file}-wal`].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((total, size) => total + size, 0);
}
