import type { StageTransition } from '../mapping/stage-transition.ts';
import type { Transaction } from './postgres-connection.ts';
import type { TransitionResult, TransitionVerdict } from './store.ts';
import { wholeMs } from './stored-rows.ts';

export async function addTransitions({ query }: Transaction, transitions: readonly StageTransition[]): Promise<void> {
  if (transitions.length === 0) return;
  await query(
    `INSERT INTO transitions (record_id, stage, at, object, prior_stage, state)
     SELECT record_id, stage, at, object, prior_stage, 'waiting'
     FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[]) WITH ORDINALITY
       AS n (record_id, stage, at, object, prior_stage, place)
     WHERE NOT EXISTS (SELECT FROM transitions t WHERE t.record_id = n.record_id AND t.stage = n.stage AND t.is_shown
                       AND t.at BETWEEN n.at - 60 AND n.at)
     ORDER BY place
     ON CONFLICT DO NOTHING`,
    [
      ...columnsOf(transitions),
      transitions.map(({ object }) => object),
      transitions.map(({ priorStage }) => priorStage),
    ],
  );
}

/** Before the verdicts themselves are saved: the last one tells from which stage the record came. */
export async function settleTransitions({ query }: Transaction, verdicts: readonly TransitionVerdict[]): Promise<void> {
  const shown = verdicts.flatMap((verdict) => verdict.shown ?? []);
  if (shown.length > 0) {
    await query(
      `INSERT INTO transitions (record_id, stage, at, object, prior_stage, is_shown, state)
       SELECT n.record_id, n.stage, n.at, n.object, v.stage, true, 'waiting'
       FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) AS n (record_id, stage, at, object)
       LEFT JOIN verdicts v ON v.record_id = n.record_id
       WHERE NOT EXISTS (SELECT FROM transitions t WHERE t.record_id = n.record_id AND t.stage = n.stage
                         AND t.at BETWEEN n.at AND n.at + 60)
         AND NOT coalesce(v.stage = n.stage AND v.status = 'Synced', false)
       ORDER BY n.record_id COLLATE "C"
       ON CONFLICT DO NOTHING`,
      [...columnsOf(shown), shown.map(({ object }) => object)],
    );
  }
  if (verdicts.length === 0) return;
  await query(
    `UPDATE transitions t SET state = CASE WHEN n.user_key IS NULL THEN 'over' ELSE 'ready' END, user_key = n.user_key
     FROM unnest($1::text[], $2::text[]) AS n (record_id, user_key)
     WHERE t.record_id = n.record_id AND t.state <> 'over'`,
    [verdicts.map(({ recordId }) => recordId), verdicts.map(({ userKey }) => userKey)],
  );
}

export async function commitTransitions(
  { query }: Transaction,
  results: readonly TransitionResult[],
  forgetBefore: number,
): Promise<void> {
  const again = results.flatMap((result) => (result.kind === 'again' ? [result] : []));
  const over = results.filter(({ kind }) => kind === 'over');
  if (over.length > 0) {
    await query(
      `UPDATE transitions t SET state = 'over' FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n (record_id, stage, at)
       WHERE t.record_id = n.record_id AND t.stage = n.stage AND t.at = n.at`,
      columnsOf(over),
    );
  }
  if (again.length > 0) {
    await query(
      `UPDATE transitions t SET attempts = attempts + 1, not_before = n.not_before
       FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS n (record_id, stage, at, not_before)
       WHERE t.record_id = n.record_id AND t.stage = n.stage AND t.at = n.at`,
      [...columnsOf(again), again.map(({ notBefore }) => wholeMs(notBefore))],
    );
  }
  await query('DELETE FROM transitions WHERE at < $1', [Math.floor(forgetBefore)]);
}

function columnsOf(transitions: readonly Pick<StageTransition, 'recordId' | 'stage' | 'at'>[]): unknown[][] {
  return [
    transitions.map(({ recordId }) => recordId),
    transitions.map(({ stage }) => stage),
    transitions.map(({ at }) => at),
  ];
}
