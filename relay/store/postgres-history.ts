import type { Transaction } from './postgres-connection.ts';
import type { HistoryRow } from './store.ts';
import { wholeMs } from './stored-rows.ts';

export async function saveHistory(
  { query }: Transaction,
  { at, process, counts }: HistoryRow,
  forgetBefore: number,
): Promise<void> {
  await query(
    `INSERT INTO history (at, process, counts) VALUES ($1, $2, $3)
     ON CONFLICT (at, process) DO UPDATE SET counts = excluded.counts`,
    [wholeMs(at), process, counts],
  );
  // What another process is just about to forget needs no second hand.
  await query(
    `DELETE FROM history WHERE (at, process) IN (SELECT at, process FROM history WHERE at < $1 FOR UPDATE SKIP LOCKED)`,
    [wholeMs(forgetBefore)],
  );
}
