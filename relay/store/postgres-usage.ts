import type { Transaction } from './postgres-connection.ts';
import type { UsageSpan } from './store.ts';
import { usageSpan, wholeMs } from './stored-rows.ts';

/** Adds to what was used, forgets what is older, and returns the rest. Rows are locked in an order that all share. */
export async function addUsage(
  { query }: Transaction,
  { spans, forgetBefore }: { spans: readonly UsageSpan[]; forgetBefore: number },
): Promise<UsageSpan[]> {
  await query(
    `INSERT INTO usage AS u (allotment, span_from, count)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS s (allotment, span_from, count)
     ORDER BY allotment COLLATE "C", span_from
     ON CONFLICT (allotment, span_from) DO UPDATE SET count = u.count + excluded.count`,
    [spans.map(({ allotment }) => allotment), spans.map(({ from }) => wholeMs(from)), spans.map(({ count }) => count)],
  );
  // What another process is just about to forget needs no second hand.
  await query(
    `DELETE FROM usage WHERE (allotment, span_from) IN
       (SELECT allotment, span_from FROM usage WHERE span_from < $1 FOR UPDATE SKIP LOCKED)`,
    [wholeMs(forgetBefore)],
  );
  return (await query('SELECT * FROM usage ORDER BY allotment, span_from')).map(usageSpan);
}
