import type { StageHint } from '../mapping/record.ts';
import type { Transaction } from './postgres-connection.ts';
import type { LeasedRecord, LeaseRequest, LeaseResult, RecordChange, SyncResult } from './store.ts';
import { leasedRecord, wholeMs } from './stored-rows.ts';

interface MergedChange extends RecordChange {
  /** By how much the record's generation rises. */
  times: number;
}

/** A record under lease keeps its lease: only its generation rises, so that it stays due when the lease is settled. */
export async function markDue(transaction: Transaction, changes: readonly RecordChange[], at: number): Promise<void> {
  if (changes.length === 0) return;
  const merged = mergeChanges(changes);
  await transaction.query(
    `INSERT INTO records AS r (record_id, object, is_due, generation, due_since, lane, is_forced, not_before,
                               hint_stage, hint_changed_at, has_deletion_evidence, cause)
     SELECT record_id, object, true, times, $9, lane, is_forced, $9, hint_stage, hint_changed_at, is_deletion, cause
     FROM unnest($1::text[], $2::text[], $3::bigint[], $4::smallint[], $5::boolean[], $6::text[], $7::text[], $8::boolean[], $10::text[])
       AS c (record_id, object, times, lane, is_forced, hint_stage, hint_changed_at, is_deletion, cause)
     ORDER BY record_id COLLATE "C"
     ON CONFLICT (record_id) DO UPDATE SET
       generation = r.generation + excluded.generation,
       due_since = CASE WHEN r.is_due AND r.leased_by IS NULL THEN r.due_since ELSE excluded.due_since END,
       lane = CASE WHEN r.is_due THEN least(r.lane, excluded.lane) ELSE excluded.lane END,
       is_forced = excluded.is_forced OR (r.is_due AND r.is_forced),
       attempts = CASE WHEN r.leased_by IS NULL THEN 0 ELSE r.attempts END,
       not_before = CASE WHEN r.leased_by IS NOT NULL THEN r.not_before
                         WHEN r.is_due THEN least(r.not_before, excluded.not_before) ELSE excluded.not_before END,
       hint_stage = CASE WHEN excluded.hint_changed_at >= coalesce(r.hint_changed_at, '')
                         THEN excluded.hint_stage ELSE r.hint_stage END,
       hint_changed_at = CASE WHEN excluded.hint_changed_at >= coalesce(r.hint_changed_at, '')
                              THEN excluded.hint_changed_at ELSE r.hint_changed_at END,
       has_deletion_evidence = r.has_deletion_evidence OR excluded.has_deletion_evidence,
       cause = CASE WHEN r.is_due AND r.leased_by IS NULL THEN coalesce(r.cause, excluded.cause) ELSE excluded.cause END,
       is_due = true`,
    [
      merged.map(({ recordId }) => recordId),
      merged.map(({ object }) => object),
      merged.map(({ times }) => times),
      merged.map(({ lane }) => (lane === 'live' ? 0 : 1)),
      merged.map(({ isForced }) => isForced),
      merged.map(({ hint }) => hint?.stage ?? null),
      merged.map(({ hint }) => hint?.changedAt ?? null),
      merged.map(({ isDeletion }) => isDeletion),
      wholeMs(at),
      merged.map(({ cause }) => cause ?? null),
    ],
  );
  transaction.announce();
}

/** Those that are due already keep their time. */
export async function makeAlsoDue(
  transaction: Transaction,
  records: readonly { recordId: string; notBefore: number }[],
  at: number,
): Promise<void> {
  if (records.length === 0) return;
  await transaction.query(
    `UPDATE records AS r SET is_due = true, generation = r.generation + 1, due_since = $3, lane = 0, is_forced = false,
       attempts = 0, not_before = c.not_before, cause = 'unfinished'
     FROM unnest($1::text[], $2::bigint[]) AS c (record_id, not_before)
     WHERE r.record_id = c.record_id AND NOT r.is_due`,
    [records.map(({ recordId }) => recordId), records.map(({ notBefore }) => wholeMs(notBefore)), wholeMs(at)],
  );
  transaction.announce();
}

/** One statement can write a row only once: changes to one record become what they are one after the other. */
function mergeChanges(changes: readonly RecordChange[]): MergedChange[] {
  const merged = new Map<string, MergedChange>();
  for (const change of changes) {
    const before = merged.get(change.recordId);
    merged.set(change.recordId, before === undefined ? { ...change, times: 1 } : mergeTwo(before, change));
  }
  return [...merged.values()];
}

function mergeTwo(before: MergedChange, change: RecordChange): MergedChange {
  return {
    ...before,
    times: before.times + 1,
    lane: before.lane === 'live' ? 'live' : change.lane,
    isForced: before.isForced || change.isForced,
    isDeletion: before.isDeletion || change.isDeletion,
    hint: newerHint(before.hint, change.hint),
    cause: before.cause ?? change.cause,
  };
}

function newerHint(before: StageHint | undefined, hint: StageHint | undefined): StageHint | undefined {
  if (hint === undefined) return before;
  return before === undefined || hint.changedAt >= before.changedAt ? hint : before;
}

/**
 * What another process is just about to lease or to change is passed over. Chosen and leased in statements of their own:
 * in one, a row that changed in between makes PostgreSQL work the choice out anew, with other counts.
 */
export async function leaseDue(
  { query }: Transaction,
  { epoch, limit, now, leaseMs, isLiveOnly = false }: LeaseRequest,
): Promise<LeasedRecord[]> {
  const choose = async (lane: number, most: number) => {
    const chosen = await query(
      `SELECT record_id FROM records WHERE is_due AND lane = $1 AND not_before <= $2
       ORDER BY not_before, record_id LIMIT $3 FOR UPDATE SKIP LOCKED`,
      [lane, Math.floor(now), most],
    );
    return chosen.map(({ record_id }) => String(record_id));
  };
  const live = await choose(0, limit);
  const bulk = live.length < limit && !isLiveOnly ? await choose(1, limit - live.length) : [];
  if (live.length + bulk.length === 0) return [];
  const rows = await query(
    `UPDATE records SET leased_by = $1, not_before = $2
     FROM unnest($3::text[]) WITH ORDINALITY AS chosen (id, place) WHERE record_id = id
     RETURNING records.*, place`,
    [epoch, wholeMs(now + leaseMs), [...live, ...bulk]],
  );
  return rows.toSorted((a, b) => Number(a.place) - Number(b.place)).map(leasedRecord);
}

/** Later writes of the transaction find their records locked already, in an order that all transactions share. */
export async function lockRecords({ query }: Transaction, results: readonly SyncResult[]): Promise<void> {
  const ids = results.flatMap(({ links, leases }) => [...links, ...leases].map(({ recordId }) => recordId));
  await query('SELECT FROM records WHERE record_id = ANY($1) ORDER BY record_id FOR UPDATE', [ids]);
}

/** A record gets a user only when it was seen: older evidence of a deletion is void, unless a due record may hold newer. */
export async function saveLinks({ query }: Transaction, links: SyncResult['links']): Promise<void> {
  if (links.length === 0) return;
  await query(
    `INSERT INTO records AS r (record_id, object, user_key)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS l (record_id, object, user_key)
     ORDER BY record_id COLLATE "C"
     ON CONFLICT (record_id) DO UPDATE SET
       user_key = excluded.user_key,
       has_deletion_evidence = r.has_deletion_evidence AND (r.is_due OR excluded.user_key IS NULL)`,
    [links.map(({ recordId }) => recordId), links.map(({ object }) => object), links.map(({ userKey }) => userKey)],
  );
}

/** Of records that are not due again. */
export async function eraseHints({ query }: Transaction, recordIds: readonly string[]): Promise<void> {
  await query('UPDATE records SET hint_stage = NULL, hint_changed_at = NULL WHERE record_id = ANY($1) AND NOT is_due', [
    recordIds,
  ]);
}

/** Only leases that the result's own part still holds: what ran out and was taken by another is the other's. */
export async function commitLeases(
  { query }: Transaction,
  leases: readonly (LeaseResult & { epoch: number })[],
  now: number,
): Promise<void> {
  if (leases.length === 0) return;
  await query(
    `UPDATE records AS r SET
       is_due = NOT (is_settled AND r.generation = l.generation),
       is_forced = is_forced AND NOT (is_settled AND r.generation = l.generation),
       has_deletion_evidence = has_deletion_evidence AND NOT (was_seen AND r.generation = l.generation),
       leased_by = NULL,
       attempts = CASE WHEN is_settled OR r.generation <> l.generation THEN 0 ELSE attempts + attempt END,
       not_before = CASE WHEN is_settled OR r.generation <> l.generation THEN $8 ELSE wait_until END
     FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::boolean[], $5::boolean[], $6::integer[], $7::bigint[])
       AS l (record_id, epoch, generation, is_settled, was_seen, attempt, wait_until)
     WHERE r.record_id = l.record_id AND r.leased_by = l.epoch`,
    [
      leases.map(({ recordId }) => recordId),
      leases.map(({ epoch }) => epoch),
      leases.map(({ generation }) => generation),
      leases.map(({ kind }) => kind === 'settled'),
      leases.map((lease) => lease.kind === 'settled' && lease.wasSeen),
      leases.map((lease) => (lease.kind === 'postponed' && lease.countsAsAttempt ? 1 : 0)),
      leases.map((lease) => (lease.kind === 'postponed' ? wholeMs(lease.notBefore) : 0)),
      wholeMs(now),
    ],
  );
}
