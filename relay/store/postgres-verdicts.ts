import type { ReasonCode } from '../mapping/outcome.ts';
import type { Transaction } from './postgres-connection.ts';
import { markDue } from './postgres-due.ts';
import { addJournalOfKnown } from './postgres-journal.ts';
import { retryOf } from './retry-of.ts';
import type { DeadLetter, DeadLetterFilter, JournalEntry, VerdictToStore, WriteBackResult } from './store.ts';
import { deadLetter, deadLetterCount, wholeMs } from './stored-rows.ts';

/** Columns that stand on the record in Salesforce. */
const CONTENT = ['status', 'reason', 'detail', 'stage', 'answers', 'onesignal_id'];
const contentOf = (row: string) => `(${CONTENT.map((column) => `${row}.${column}`).join(', ')})`;

/**
 * A verdict goes to the record unless the record says it already, which takes both: the snapshot said so, and no other
 * verdict of ours came between that snapshot and now.
 */
export async function saveVerdicts(
  transaction: Transaction,
  verdicts: readonly VerdictToStore[],
  now: number,
): Promise<void> {
  if (verdicts.length === 0) return;
  const rows = await transaction.query(
    `INSERT INTO verdicts AS v (record_id, object, status, reason, detail, stage, answers, onesignal_id, decided_at,
                                input_hash, mapping_version, write_back, write_back_not_before)
     SELECT record_id, object, status, reason, detail, stage, answers, onesignal_id, decided_at, input_hash,
            mapping_version, CASE WHEN needs_write_back THEN 'pending' ELSE 'none' END,
            CASE WHEN needs_write_back THEN $13::bigint END
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                 $9::bigint[], $10::text[], $11::text[], $12::boolean[])
       AS n (record_id, object, status, reason, detail, stage, answers, onesignal_id, decided_at, input_hash,
             mapping_version, needs_write_back)
     ORDER BY record_id COLLATE "C"
     ON CONFLICT (record_id) DO UPDATE SET
       status = excluded.status, reason = excluded.reason, detail = excluded.detail, stage = excluded.stage,
       answers = excluded.answers, onesignal_id = excluded.onesignal_id, decided_at = excluded.decided_at,
       input_hash = excluded.input_hash, mapping_version = excluded.mapping_version, version = v.version + 1,
       (write_back, write_back_not_before) = (
         SELECT CASE WHEN is_pending THEN 'pending' ELSE 'none' END, CASE WHEN is_pending THEN $13::bigint END
         FROM (SELECT excluded.write_back = 'pending' OR (
                 (v.write_back <> 'none' OR ${contentOf('v')} IS DISTINCT FROM ${contentOf('excluded')})
                 AND excluded.reason NOT IN ('RECORD_DELETED', 'RECORD_MERGED', 'NOT_VISIBLE', 'PERSON_ACCOUNT')) AS is_pending) AS p),
       write_back_attempts = 0, write_back_error = NULL
     RETURNING write_back`,
    [
      verdicts.map(({ recordId }) => recordId),
      verdicts.map(({ object }) => object),
      verdicts.map(({ status }) => status),
      verdicts.map(({ reason }) => reason),
      verdicts.map(({ detail }) => detail),
      verdicts.map(({ stage }) => stage),
      verdicts.map(({ answers }) => answers),
      verdicts.map(({ onesignalId }) => onesignalId),
      verdicts.map(({ decidedAt }) => wholeMs(decidedAt)),
      verdicts.map(({ inputHash }) => inputHash),
      verdicts.map(({ mappingVersion }) => mappingVersion),
      verdicts.map(({ needsWriteBack }) => needsWriteBack),
      wholeMs(now),
    ],
  );
  if (rows.some((row) => row.write_back === 'pending')) transaction.announce();
}

export async function commitWriteBacks(
  transaction: Transaction,
  results: readonly WriteBackResult[],
  journal: readonly JournalEntry[],
): Promise<void> {
  const { query } = transaction;
  const ids = results.map(({ recordId }) => recordId);
  await query('SELECT FROM verdicts WHERE record_id = ANY($1) ORDER BY record_id FOR UPDATE', [ids]);
  await query(
    `UPDATE verdicts AS v SET
       write_back = CASE kind WHEN 'refused' THEN 'refused' WHEN 'again' THEN v.write_back ELSE 'none' END,
       write_back_not_before = CASE WHEN kind IN ('again', 'refused') THEN not_before END,
       write_back_error = CASE kind WHEN 'refused' THEN status_code WHEN 'again' THEN v.write_back_error END,
       write_back_attempts = v.write_back_attempts + CASE WHEN kind IN ('again', 'refused') THEN 1 ELSE 0 END
     FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::text[])
       AS r (record_id, version, kind, not_before, status_code)
     WHERE v.record_id = r.record_id AND v.version = r.version`,
    [
      ids,
      results.map(({ version }) => version),
      results.map(({ kind }) => kind),
      results.map((result) => ('notBefore' in result ? wholeMs(result.notBefore) : null)),
      results.map((result) => (result.kind === 'refused' ? result.statusCode : null)),
    ],
  );
  await addJournalOfKnown(transaction, journal);
}

/** Letters, each with its reason: `$1` record ids or null, `$2` reason or null. */
const DEAD_LETTERS = `
  SELECT * FROM (
    SELECT *, CASE WHEN status = 'Failed' THEN reason ELSE 'WRITE_BACK_REFUSED' END AS dead_reason
    FROM verdicts WHERE status = 'Failed' OR write_back = 'refused'
  ) AS letters
  WHERE ($1::text[] IS NULL OR record_id = ANY($1)) AND ($2::text IS NULL OR dead_reason = $2)`;

export async function deadLetters(
  query: Transaction['query'],
  { recordIds, reason, after, limit }: DeadLetterFilter & { after?: string | undefined; limit: number },
): Promise<DeadLetter[]> {
  const rows = await query(`${DEAD_LETTERS} AND record_id > $3 ORDER BY record_id LIMIT $4`, [
    recordIds ?? null,
    reason ?? null,
    after ?? '',
    limit,
  ]);
  return rows.map(deadLetter);
}

export async function countDeadLetters(query: Transaction['query']): Promise<{ reason: ReasonCode; count: number }[]> {
  const rows = await query(
    `SELECT CASE WHEN status = 'Failed' THEN reason ELSE 'WRITE_BACK_REFUSED' END AS dead_reason, count(*) AS number
     FROM verdicts WHERE status = 'Failed' OR write_back = 'refused' GROUP BY dead_reason ORDER BY number DESC, dead_reason`,
  );
  return rows.map(deadLetterCount);
}

/**
 * A failed record is synced again, a refused status only written again.
 * @returns how many
 */
export async function retryDeadLetters(
  transaction: Transaction,
  { recordIds, reason }: DeadLetterFilter,
  now: number,
): Promise<number> {
  const letters = await transaction.query(DEAD_LETTERS, [recordIds ?? null, reason ?? null]);
  const failed = letters.filter(({ status }) => status === 'Failed').map(deadLetter);
  await markDue(
    transaction,
    failed.map(({ recordId, object }) => retryOf(recordId, object)),
    now,
  );
  const refused = letters.filter((row) => row.write_back === 'refused').map((row) => row.record_id);
  await transaction.query('SELECT FROM verdicts WHERE record_id = ANY($1) ORDER BY record_id FOR UPDATE', [refused]);
  await transaction.query(
    `UPDATE verdicts SET write_back = 'pending', write_back_attempts = 0, write_back_not_before = $2
     WHERE record_id = ANY($1) AND write_back = 'refused'`,
    [refused, wholeMs(now)],
  );
  if (letters.length > 0) transaction.announce();
  return letters.length;
}
