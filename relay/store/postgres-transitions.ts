import type { StageTransition } from '../mapping/stage-transition.ts';
import type { Transaction } from './postgres-connection.ts';
import { IS_STAGE_SENT } from './stage-sent.ts';
import type { TransitionResult, TransitionVerdict } from './store.ts';
import { wholeMs } from './stored-rows.ts';

/** The columns that name a transition, as `columnsOf` gives them. */
const NAMED = 'unnest($1::text[], $2::text[], $3::text[], $4::bigint[]';
const SAME = 't.kind = n.kind AND t.record_id = n.record_id AND t.stage = n.stage';

export async function addTransitions({ query }: Transaction, transitions: readonly StageTransition[]): Promise<void> {
  if (transitions.length === 0) return;
  await query(
    `INSERT INTO transitions (kind, record_id, stage, at, object, prior_stage, state)
     SELECT kind, record_id, stage, at, object, prior_stage, 'waiting'
     FROM ${NAMED}, $5::text[], $6::text[]) WITH ORDINALITY
       AS n (kind, record_id, stage, at, object, prior_stage, place)
     WHERE NOT EXISTS (SELECT FROM transitions t WHERE ${SAME} AND t.is_shown AND t.at BETWEEN n.at - 60 AND n.at)
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
      `INSERT INTO transitions (kind, record_id, stage, at, object, prior_stage, is_shown, state)
       SELECT n.kind, n.record_id, n.stage, n.at, n.object, v.stage, true, 'waiting'
       FROM ${NAMED}, $5::text[]) AS n (kind, record_id, stage, at, object)
       LEFT JOIN verdicts v ON v.record_id = n.record_id
       WHERE NOT EXISTS (SELECT FROM transitions t WHERE ${SAME} AND t.at BETWEEN n.at AND n.at + 60)
         AND NOT coalesce(v.stage = n.stage AND ${IS_STAGE_SENT}, false)
       ORDER BY n.record_id COLLATE "C"
       ON CONFLICT DO NOTHING`,
      [...columnsOf(shown), shown.map(({ object }) => object)],
    );
  }
  if (verdicts.length === 0) return;
  await query(
    `UPDATE transitions t SET state = CASE WHEN n.user_key IS NULL THEN 'over' ELSE 'ready' END, user_key = n.user_key
     FROM unnest($1::text[], $2::text[], $3::text[]) AS n (kind, record_id, user_key)
     WHERE t.kind = n.kind AND t.record_id = n.record_id AND t.state <> 'over'`,
    [
      verdicts.map(({ kind }) => kind),
      verdicts.map(({ recordId }) => recordId),
      verdicts.map(({ userKey }) => userKey),
    ],
  );
}

export async function commitTransitions(
  { query }: Transaction,
  results: readonly TransitionResult[],
  forgetBefore: number,
): Promise<void> {
  if (results.length > 0) {
    await query(
      `UPDATE transitions t SET
         state = CASE WHEN n.not_before IS NULL THEN 'over' ELSE t.state END,
         attempts = t.attempts + CASE WHEN n.not_before IS NULL THEN 0 ELSE 1 END,
         not_before = coalesce(n.not_before, t.not_before)
       FROM ${NAMED}, $5::bigint[]) AS n (kind, record_id, stage, at, not_before)
       WHERE ${SAME} AND t.at = n.at`,
      [
        ...columnsOf(results.map(({ transition }) => transition)),
        results.map(({ notBefore }) => (notBefore === null ? null : wholeMs(notBefore))),
      ],
    );
  }
  await query('DELETE FROM transitions WHERE at < $1', [Math.floor(forgetBefore)]);
}

function columnsOf(transitions: readonly StageTransition[]): unknown[][] {
  return [
    transitions.map(({ kind }) => kind),
    transitions.map(({ recordId }) => recordId),
    transitions.map(({ stage }) => stage),
    transitions.map(({ at }) => at),
  ];
}
