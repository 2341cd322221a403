import type { Statements } from './sqlite-statements.ts';
import type { DeadLetter, DeadLetterFilter } from './store.ts';
import { deadLetter, type StoredRow } from './stored-rows.ts';

type Page = DeadLetterFilter & { after?: string | undefined; limit: number };

export function deadLetters(sql: Statements, page: Page): DeadLetter[] {
  return rows(sql, page).map(deadLetter);
}

/** A failed record is synced again, a refused status only written again. */
export function retry(
  sql: Statements,
  filter: DeadLetterFilter,
  now: number,
  makeDue: (recordId: string, object: DeadLetter['object']) => void,
): number {
  const found = rows(sql, { ...filter, limit: -1 });
  for (const row of found) {
    const recordId = String(row.record_id);
    if (row.status === 'Failed') makeDue(recordId, row.object as DeadLetter['object']);
    if (row.write_back === 'refused') sql.writeBackNow.run(now, recordId);
  }
  return found.length;
}

/** A limit of -1 is none. */
function rows(sql: Statements, { recordIds, reason, after = '', limit }: Page): StoredRow[] {
  const ids = recordIds === undefined ? null : JSON.stringify(recordIds);
  return sql.deadLetters.all({ after, ids, reason: reason ?? null, limit });
}
