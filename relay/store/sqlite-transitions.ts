import type { DatabaseSync } from 'node:sqlite';
import type { StageTransition, TransitionKind } from '../mapping/stage-transition.ts';
import { preparing } from './sqlite-statement.ts';
import { IS_STAGE_SENT } from './stage-sent.ts';
import type { PendingTransition, TransitionResult, TransitionVerdict } from './store.ts';
import { pendingTransition, wholeMs } from './stored-rows.ts';

/** The transitions that OneSignal is to be told of. Each method is a part of a transaction. */
export interface Transitions {
  add(transitions: readonly StageTransition[]): void;
  /** Before the verdicts themselves are saved: the last one tells from which stage the record came. */
  settle(verdicts: readonly TransitionVerdict[]): void;
  toTell(request: { kind: TransitionKind; limit: number; now: number }): PendingTransition[];
  commit(results: readonly TransitionResult[], forgetBefore: number): void;
}

export function prepareTransitions(database: DatabaseSync): Transitions {
  const prepare = preparing(database);
  const add = prepare(
    `INSERT OR IGNORE INTO transitions (kind, record_id, stage, at, object, prior_stage, state)
     SELECT :kind, :id, :stage, :at, :object, :prior, 'waiting'
     WHERE NOT EXISTS (SELECT 1 FROM transitions WHERE record_id = :id AND stage = :stage AND kind = :kind AND is_shown
                       AND at BETWEEN :at - 60 AND :at)`,
  );
  const show = prepare(
    `INSERT OR IGNORE INTO transitions (kind, record_id, stage, at, object, prior_stage, is_shown, state)
     SELECT :kind, :id, :stage, :at, :object, (SELECT stage FROM verdicts WHERE record_id = :id), 1, 'waiting'
     WHERE NOT EXISTS (SELECT 1 FROM transitions
                       WHERE record_id = :id AND stage = :stage AND kind = :kind AND at BETWEEN :at AND :at + 60)
       AND NOT EXISTS (SELECT 1 FROM verdicts WHERE record_id = :id AND stage = :stage AND ${IS_STAGE_SENT})`,
  );
  const ready = prepare(
    `UPDATE transitions SET state = 'ready', user_key = ? WHERE record_id = ? AND kind = ? AND state <> 'over'`,
  );
  const drop = prepare(`UPDATE transitions SET state = 'over' WHERE record_id = ? AND kind = ? AND state <> 'over'`);
  const toTell = prepare(
    `SELECT * FROM transitions WHERE state = 'ready' AND kind = ? AND not_before <= ? ORDER BY not_before, id LIMIT ?`,
  );
  const over = prepare(
    `UPDATE transitions SET state = 'over' WHERE record_id = ? AND stage = ? AND at = ? AND kind = ?`,
  );
  const again = prepare(
    `UPDATE transitions SET attempts = attempts + 1, not_before = ? WHERE record_id = ? AND stage = ? AND at = ? AND kind = ?`,
  );
  const forget = prepare('DELETE FROM transitions WHERE at < ?');

  return {
    add(transitions) {
      for (const { kind, recordId: id, stage, at, object, priorStage: prior } of transitions)
        add.run({ kind, id, stage, at, object, prior });
    },
    settle(verdicts) {
      for (const { kind, recordId, userKey, shown } of verdicts) {
        if (shown !== undefined)
          show.run({ kind, id: shown.recordId, stage: shown.stage, at: shown.at, object: shown.object });
        if (userKey === null) drop.run(recordId, kind);
        else ready.run(userKey, recordId, kind);
      }
    },
    toTell: ({ kind, limit, now }) => toTell.all(kind, Math.floor(now), limit).map(pendingTransition),
    commit(results, forgetBefore) {
      for (const { transition, notBefore } of results) {
        const { recordId, stage, at, kind } = transition;
        if (notBefore === null) over.run(recordId, stage, at, kind);
        else again.run(wholeMs(notBefore), recordId, stage, at, kind);
      }
      forget.run(Math.floor(forgetBefore));
    },
  };
}
