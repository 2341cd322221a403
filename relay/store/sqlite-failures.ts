import type { SQLOutputValue } from 'node:sqlite';
import type { Statements } from './sqlite-statements.ts';
import type { DeadLetter, DeadLetterFilter } from './store.ts';

type Page = DeadLetterFilter & { after?: string | undefined; limit: number };

export function deadLetters(sql: Statements, page: Page): DeadLetter[] {
  return rows(sql, page).map((row) => ({
    recordId: String(row.record_id),
    object: row.object as DeadLetter['object'],
    reason: row.status === 'Failed' ? (row.reason as DeadLetter['reason']) : 'WRITE_BACK_REFUSED',
    detail: String(row.detail),
    writeBackError: typeof row.write_back_error === 'string' ? row.write_back_error : null,
    decidedAt: Number(row.decided_at),
  }));
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
function rows(sql: Statements, { recordIds, reason, after = '', limit }: Page): Record<string, SQLOutputValue>[] {
  const ids = recordIds === undefined ? null : JSON.stringify(recordIds);
  return sql.deadLetters.all({ after, ids, reason: reason ?? null, limit });
}
