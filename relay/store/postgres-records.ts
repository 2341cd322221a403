import type { Row } from './postgres-connection.ts';
import type { RecordState } from './store.ts';
import { recordState } from './stored-rows.ts';

type Query = (sql: string, values: readonly unknown[]) => Promise<Row[]>;

/** Where these records stand, in their order. */
export async function recordStates(query: Query, recordIds: readonly string[]): Promise<RecordState[]> {
  const rows = await query(
    `SELECT r.record_id, r.object, r.is_due, r.user_key, coalesce(u.onesignal_id, v.onesignal_id) AS onesignal_id,
       v.status, v.reason, v.detail, v.stage, v.decided_at, v.write_back, v.write_back_error
     FROM unnest($1::text[]) WITH ORDINALITY AS asked (id, place) JOIN records r ON r.record_id = asked.id
       LEFT JOIN verdicts v ON v.record_id = r.record_id LEFT JOIN users u ON u.key = r.user_key
     ORDER BY place`,
    [recordIds],
  );
  return rows.map(recordState);
}
