import type { DatabaseSync } from 'node:sqlite';
import type {
  ConversionCount,
  EngagementContext,
  EngagementDigest,
  EngagementStore,
  EngagementWritten,
  KeptMove,
  NewEngagement,
  PendingEngagement,
} from './engagement.ts';
import {
  conversionCount,
  engagedRecord,
  engagedUser,
  engagementEntry,
  keptMove,
  newEngagement,
  pendingEngagement,
  touch,
} from './engagement-rows.ts';
import {
  CAME_AT,
  CONVERSIONS,
  ENGAGEMENT_OF,
  NEW_ENGAGEMENT,
  NEW_MOVES,
  PENDING_ENGAGEMENT,
} from './engagement-sql.ts';
import { preparing } from './sqlite-statement.ts';
import { IS_STAGE_SENT } from './stage-sent.ts';
import type { VerdictToStore } from './store.ts';
import { numberOrUndefined, wholeMs } from './stored-rows.ts';

type Arguments<K extends keyof EngagementStore> = Parameters<EngagementStore[K]>;

/** What people do with messages. Each method is a part of a transaction. */
export interface EngagementTables {
  add(...[events, now]: Arguments<'addEngagement'>): void;
  newEvents(limit: number): NewEngagement[];
  newMoves(limit: number): KeptMove[];
  context(of: Arguments<'engagementContext'>[0]): EngagementContext;
  cameAt(): number | undefined;
  commit(digest: EngagementDigest): void;
  pending(request: Arguments<'pendingEngagement'>[0]): PendingEngagement[];
  commitWrites(results: readonly EngagementWritten[]): void;
  conversions(from: number): ConversionCount[];
  of(recordId: string, limit: number): { at: number; event: string; message: string | null }[];
  /** Before the verdict itself is saved: the one before it tells from which stage the record came. */
  move(verdict: VerdictToStore): void;
  /** Everything of a record that is gone. */
  erase(recordId: string): void;
}

const LISTED = (name: string) => `(SELECT value FROM json_each(:${name}))`;

export function prepareEngagement(database: DatabaseSync): EngagementTables {
  const sql = prepareStatements(database);

  return {
    add(events, now) {
      const at = Math.floor(now);
      for (const { id, channel, what, at: happened, externalId, onesignalId, messageId, messageName } of events) {
        sql.add.run(id, channel, what, happened, externalId, onesignalId, messageId, at);
        if (messageId !== null) sql.seeMessage.run(messageId, messageName, at);
      }
    },
    newEvents: (limit) => sql.newEvents.all({ limit }).map(newEngagement),
    newMoves: (limit) => sql.newMoves.all({ limit }).map(keptMove),
    context({ userKeys, movesFrom, touchesFrom }) {
      const keys = JSON.stringify(userKeys);
      return {
        users: sql.users.all({ keys }).map(engagedUser),
        records: sql.records.all({ keys }).map(engagedRecord),
        moves: sql.moves.all({ keys, from: movesFrom }).map(keptMove),
        touches: sql.touches.all({ keys, from: touchesFrom }).map(touch),
      };
    },
    cameAt: () => numberOrUndefined(sql.cameAt.get()?.at),
    commit({ events, users, moves, records, writeAt, now }) {
      for (const { id, userKey, recordId } of events) {
        if (userKey === null) sql.digestUnknown.run(id);
        else sql.digest.run(userKey, recordId, id);
      }
      for (const user of users) {
        const { key, opens, clicks, lastAt, lastMessageId, unsubscribedAt, emailEndedAt } = user;
        sql.saveUser.run(key, opens, clicks, lastAt, lastMessageId, unsubscribedAt, emailEndedAt);
      }
      for (const { recordId, stage, at, messageId } of moves) sql.saveMove.run(messageId, recordId, at, stage);
      for (const { recordId, object, influencedBy } of records)
        sql.saveWrite.run({ id: recordId, object, influencedBy, at: wholeMs(writeAt), now: Math.floor(now) });
    },
    pending: ({ object, limit, now, until }) =>
      sql.pending.all({ object, limit, now: Math.floor(now), until: Math.floor(until) }).map(pendingEngagement),
    commitWrites(results) {
      for (const result of results) {
        const { recordId: id, version } = result;
        if (result.kind === 'again' || result.kind === 'refused') {
          const refused = result.kind === 'refused' ? 1 : 0;
          sql.writeAgain.run({ id, version, at: wholeMs(result.notBefore), refused });
          continue;
        }
        sql.written.run({ id, version });
        if (result.kind === 'written') sql.told.run(result.unsubscribedAt ?? 0, result.emailEndedAt ?? 0, id);
      }
    },
    conversions: (from) => sql.conversions.all({ from: Math.floor(from) }).map(conversionCount),
    of: (id, limit) => sql.of.all({ id, limit }).map(engagementEntry),
    move({ recordId, object, stage, stageAt }) {
      if (stageAt === undefined || stage === null) return;
      sql.addMove.run({ id: recordId, at: stageAt * 1_000, stage, object });
    },
    erase(recordId) {
      for (const statement of [sql.eraseEvents, sql.eraseMoves, sql.eraseWrite]) statement.run(recordId);
    },
  };
}

function prepareStatements(database: DatabaseSync) {
  const prepare = preparing(database);
  return {
    add: prepare(
      `INSERT OR IGNORE INTO engagement (id, channel, what, at, external_id, onesignal_id, message_id, received_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    seeMessage: prepare(
      `INSERT INTO messages VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET name = coalesce(excluded.name, name), seen_at = max(seen_at, excluded.seen_at)`,
    ),
    cameAt: prepare(CAME_AT),
    newEvents: prepare(NEW_ENGAGEMENT),
    newMoves: prepare(NEW_MOVES),
    users: prepare(`SELECT * FROM engaged_users WHERE key IN ${LISTED('keys')}`),
    records: prepare(
      `SELECT r.record_id, r.object, r.user_key, w.influenced_by, coalesce(${IS_STAGE_SENT}, 0) AS is_deciding
       FROM records r LEFT JOIN verdicts v ON v.record_id = r.record_id
         LEFT JOIN engagement_writes w ON w.record_id = r.record_id
       WHERE r.user_key IN ${LISTED('keys')} ORDER BY r.record_id`,
    ),
    moves: prepare(
      `SELECT s.*, r.user_key FROM records r JOIN stage_moves s ON s.record_id = r.record_id
       WHERE r.user_key IN ${LISTED('keys')} AND s.at >= :from ORDER BY s.record_id, s.at`,
    ),
    touches: prepare(
      `SELECT user_key, what, at, message_id FROM engagement
       WHERE user_key IN ${LISTED('keys')} AND what IN ('opened', 'clicked') AND at >= :from AND message_id IS NOT NULL
         AND is_new = 0 ORDER BY at, id`,
    ),
    digest: prepare('UPDATE engagement SET is_new = 0, user_key = ?, record_id = ? WHERE id = ?'),
    // Nothing is kept of people whom the org does not know.
    digestUnknown: prepare('UPDATE engagement SET is_new = 0, external_id = NULL, onesignal_id = NULL WHERE id = ?'),
    saveUser: prepare(
      `INSERT INTO engaged_users VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET opens = excluded.opens, clicks = excluded.clicks, last_at = excluded.last_at,
         last_message_id = excluded.last_message_id, unsubscribed_at = excluded.unsubscribed_at,
         email_ended_at = excluded.email_ended_at`,
    ),
    addMove: prepare(
      `INSERT OR IGNORE INTO stage_moves (record_id, at, stage, object, prior_stage)
       SELECT :id, :at, :stage, :object, stage FROM verdicts WHERE record_id = :id AND stage <> :stage`,
    ),
    saveMove: prepare('UPDATE stage_moves SET is_new = 0, message_id = ? WHERE record_id = ? AND at = ? AND stage = ?'),
    saveWrite: prepare(
      `INSERT INTO engagement_writes (record_id, object, influenced_by, not_before) VALUES (:id, :object, :influencedBy, :at)
       ON CONFLICT DO UPDATE SET influenced_by = excluded.influenced_by, version = version + 1,
         not_before = CASE WHEN attempts = 0 AND not_before > :now THEN not_before ELSE excluded.not_before END,
         attempts = 0, is_refused = 0`,
    ),
    pending: prepare(PENDING_ENGAGEMENT),
    written: prepare(
      `UPDATE engagement_writes SET not_before = NULL, attempts = 0, is_refused = 0
       WHERE record_id = :id AND version = :version`,
    ),
    // Whatever came since: this much the record says.
    told: prepare(
      `UPDATE engagement_writes SET unsubscribed_told_at = max(unsubscribed_told_at, ?),
         email_ended_told_at = max(email_ended_told_at, ?) WHERE record_id = ?`,
    ),
    writeAgain: prepare(
      `UPDATE engagement_writes SET attempts = attempts + 1, not_before = :at, is_refused = max(is_refused, :refused)
       WHERE record_id = :id AND version = :version`,
    ),
    conversions: prepare(CONVERSIONS),
    of: prepare(ENGAGEMENT_OF),
    eraseEvents: prepare(
      `UPDATE engagement SET external_id = NULL, onesignal_id = NULL, user_key = NULL, record_id = NULL WHERE record_id = ?`,
    ),
    eraseMoves: prepare('DELETE FROM stage_moves WHERE record_id = ?'),
    eraseWrite: prepare('DELETE FROM engagement_writes WHERE record_id = ?'),
  };
}
