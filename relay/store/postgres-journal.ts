import type { Transaction } from './postgres-connection.ts';
import type { JournalEntry } from './store.ts';
import { wholeMs } from './stored-rows.ts';

const GIVEN = `unnest($1::text[], $2::bigint[], $3::text[]) WITH ORDINALITY AS n (record_id, at, entry, place)`;

export function addJournal(transaction: Transaction, entries: readonly JournalEntry[]): Promise<void> {
  return insert(transaction, entries, 'true');
}

/** Only of records that have entries. */
export function addJournalOfKnown(transaction: Transaction, entries: readonly JournalEntry[]): Promise<void> {
  return insert(transaction, entries, 'EXISTS (SELECT FROM journal j WHERE j.record_id = n.record_id)');
}

async function insert({ query }: Transaction, entries: readonly JournalEntry[], condition: string): Promise<void> {
  if (entries.length === 0) return;
  await query(
    `INSERT INTO journal (record_id, at, entry) SELECT record_id, at, entry FROM ${GIVEN} WHERE ${condition} ORDER BY place`,
    [entries.map(({ recordId }) => recordId), entries.map(({ at }) => wholeMs(at)), entries.map(({ entry }) => entry)],
  );
}

/** @returns how many went */
export async function trimJournal(
  { query }: Transaction,
  { limit, most, forgetBefore }: { limit: number; most: number; forgetBefore: number },
): Promise<number> {
  const gone = await query(
    `DELETE FROM journal WHERE id = ANY (ARRAY (SELECT id FROM journal ORDER BY id LIMIT $1))
       AND (id <= (SELECT max(id) FROM journal) - $2 OR at < $3) RETURNING 1`,
    [limit, most, wholeMs(forgetBefore)],
  );
  return gone.length;
}
