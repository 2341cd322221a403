import type { Row, Transaction } from './postgres-connection.ts';
import type { StoreSize, TidyPage, TidyResult } from './store.ts';
import { COUNTED, type CountedTable } from './store-size.ts';
import { tidyRules, tidyStatements } from './tidy-rules.ts';

const RULES = tidyRules({ isDue: 'is_due', isLeased: 'leased_by IS NOT NULL' });

/** Space that this frees is used again by the server itself: https://www.postgresql.org/docs/current/routine-vacuuming.html */
export async function tidy({ query }: Transaction, page: TidyPage): Promise<TidyResult> {
  const { table, after, limit, now, forgetBefore } = page;
  const statements = tidyStatements(table, RULES[table]);
  const isFirst = after === undefined;
  const given: Record<string, unknown> = {
    now: Math.floor(now),
    before: Math.floor(forgetBefore),
    before_seconds: Math.floor(forgetBefore / 1000),
    skipped: limit - 1,
    ...named('after', after ?? []),
  };
  // A page is little of a large table, whatever the statistics say.
  await query('SET LOCAL enable_seqscan = off');
  const run = (sql: string, values: Readonly<Record<string, unknown>>) => query(...numbered(sql, values));
  const [lastRow] = await run(statements.lastOfPage(isFirst), given);
  const last = lastRow && (Object.values(lastRow) as (string | number)[]);
  const edges = { isFirst, isLast: last === undefined };
  const within = { ...given, ...named('last', last ?? []) };
  for (const mark of statements.marks(edges)) await run(mark, within);
  const gone = await run(statements.forget(edges), within);
  if (table === 'records' && gone.length > 0)
    await query('DELETE FROM verdicts WHERE record_id = ANY($1)', [gone.map((row) => row.record_id)]);
  return { forgotten: gone.length, next: last };
}

/** With indexes, and what deleted rows still occupy. */
const BYTES = `
  SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint AS bytes FROM pg_class
  WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'`;

export async function size(query: (sql: string) => Promise<Row[]>): Promise<StoreSize> {
  const [total] = await query(BYTES);
  const [rows] = await query(
    `SELECT ${COUNTED.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join(', ')}`,
  );
  const counted = Object.fromEntries(COUNTED.map((table) => [table, Number(rows?.[table])]));
  return { bytes: Number(total?.bytes), rows: counted as Record<CountedTable, number> };
}

function named(name: string, values: readonly (string | number)[]): Record<string, unknown> {
  return Object.fromEntries(values.map((value, place) => [`${name}_${place}`, value]));
}

/** A statement with `:name` as one with `$1`; only those that it names are given. */
function numbered(sql: string, values: Readonly<Record<string, unknown>>): [string, unknown[]] {
  const names: string[] = [];
  const text = sql.replaceAll(/(?<!:):([a-z]\w*)/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return [text, names.map((name) => values[name])];
}
