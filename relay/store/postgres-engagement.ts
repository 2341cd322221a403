import type { EngagementContext, EngagementDigest, EngagementStore, EngagementWritten } from './engagement.ts';
import { engagedRecord, engagedUser, keptMove, touch } from './engagement-rows.ts';
import { CONVERSIONS, ENGAGEMENT_OF, NEW_ENGAGEMENT, NEW_MOVES, PENDING_ENGAGEMENT } from './engagement-sql.ts';
import type { Row, Transaction } from './postgres-connection.ts';
import { IS_STAGE_SENT } from './stage-sent.ts';
import type { VerdictToStore } from './store.ts';
import { wholeMs } from './stored-rows.ts';

type Query = Transaction['query'];
type Argument<K extends keyof EngagementStore> = Parameters<EngagementStore[K]>[0];

/** Rows are locked in an order that all share: several processes may be sent events at once. */
export async function addEngagement(
  { query }: Transaction,
  events: Argument<'addEngagement'>,
  now: number,
): Promise<void> {
  await query(
    `INSERT INTO engagement (id, channel, what, at, external_id, onesignal_id, message_id, received_at)
     SELECT n.*, $8::bigint
     FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[])
       AS n (id, channel, what, at, external_id, onesignal_id, message_id)
     ORDER BY n.id COLLATE "C"
     ON CONFLICT DO NOTHING`,
    [
      events.map(({ id }) => id),
      events.map(({ channel }) => channel),
      events.map(({ what }) => what),
      events.map(({ at }) => at),
      events.map(({ externalId }) => externalId),
      events.map(({ onesignalId }) => onesignalId),
      events.map(({ messageId }) => messageId),
      Math.floor(now),
    ],
  );
  const names = new Map<string, string | null>();
  for (const { messageId, messageName } of events)
    if (messageId !== null) names.set(messageId, messageName ?? names.get(messageId) ?? null);
  await query(
    `INSERT INTO messages AS m (id, name, seen_at)
     SELECT n.*, $3::bigint FROM unnest($1::text[], $2::text[]) AS n (id, name) ORDER BY n.id COLLATE "C"
     ON CONFLICT (id) DO UPDATE SET name = coalesce(excluded.name, m.name),
       seen_at = greatest(m.seen_at, excluded.seen_at)`,
    [[...names.keys()], [...names.values()], Math.floor(now)],
  );
}

export const selectNewEngagement = (query: Query, limit: number) => named(query, NEW_ENGAGEMENT, { limit });
export const selectNewMoves = (query: Query, limit: number) => named(query, NEW_MOVES, { limit });
export const selectConversions = (query: Query, from: number) => named(query, CONVERSIONS, { from: Math.floor(from) });
export const selectEngagementOf = (query: Query, id: string, limit: number) =>
  named(query, ENGAGEMENT_OF, { id, limit });

export function selectPendingEngagement(
  query: Query,
  { object, limit, now, until }: Argument<'pendingEngagement'>,
): Promise<Row[]> {
  return named(query, PENDING_ENGAGEMENT, { object, limit, now: Math.floor(now), until: Math.floor(until) });
}

export async function engagementContext(
  { query }: Transaction,
  { userKeys, movesFrom, touchesFrom }: Argument<'engagementContext'>,
): Promise<EngagementContext> {
  const users = await query('SELECT * FROM engaged_users WHERE key = ANY($1)', [userKeys]);
  const records = await query(
    `SELECT r.record_id, r.object, r.user_key, w.influenced_by,
            CASE WHEN ${IS_STAGE_SENT} THEN 1 ELSE 0 END AS is_deciding
     FROM records r LEFT JOIN verdicts v ON v.record_id = r.record_id
       LEFT JOIN engagement_writes w ON w.record_id = r.record_id
     WHERE r.user_key = ANY($1) ORDER BY r.record_id`,
    [userKeys],
  );
  const moves = await query(
    `SELECT s.*, r.user_key FROM records r JOIN stage_moves s ON s.record_id = r.record_id
     WHERE r.user_key = ANY($1) AND s.at >= $2 ORDER BY s.record_id, s.at`,
    [userKeys, movesFrom],
  );
  const touches = await query(
    `SELECT user_key, what, at, message_id FROM engagement
     WHERE user_key = ANY($1) AND what IN ('opened', 'clicked') AND at >= $2 AND message_id IS NOT NULL
       AND is_new = 0 ORDER BY at, id`,
    [userKeys, touchesFrom],
  );
  return {
    users: users.map(engagedUser),
    records: records.map(engagedRecord),
    moves: moves.map(keptMove),
    touches: touches.map(touch),
  };
}

export async function commitEngagement({ query }: Transaction, digest: EngagementDigest): Promise<void> {
  const { events, users, moves, records, writeAt, now } = digest;
  // Nothing is kept of people whom the org does not know.
  await query(
    `UPDATE engagement e SET is_new = 0, user_key = n.user_key, record_id = n.record_id,
       external_id = CASE WHEN n.user_key IS NOT NULL THEN e.external_id END,
       onesignal_id = CASE WHEN n.user_key IS NOT NULL THEN e.onesignal_id END
     FROM unnest($1::text[], $2::text[], $3::text[]) AS n (id, user_key, record_id) WHERE e.id = n.id`,
    [events.map(({ id }) => id), events.map(({ userKey }) => userKey), events.map(({ recordId }) => recordId)],
  );
  await query(
    `INSERT INTO engaged_users (key, opens, clicks, last_at, last_message_id, unsubscribed_at, email_ended_at)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[])
     ON CONFLICT (key) DO UPDATE SET opens = excluded.opens, clicks = excluded.clicks, last_at = excluded.last_at,
       last_message_id = excluded.last_message_id, unsubscribed_at = excluded.unsubscribed_at,
       email_ended_at = excluded.email_ended_at`,
    [
      users.map(({ key }) => key),
      users.map(({ opens }) => opens),
      users.map(({ clicks }) => clicks),
      users.map(({ lastAt }) => lastAt),
      users.map(({ lastMessageId }) => lastMessageId),
      users.map(({ unsubscribedAt }) => unsubscribedAt),
      users.map(({ emailEndedAt }) => emailEndedAt),
    ],
  );
  await query(
    `UPDATE stage_moves s SET is_new = 0, message_id = n.message_id
     FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) AS n (record_id, at, stage, message_id)
     WHERE s.record_id = n.record_id AND s.at = n.at AND s.stage = n.stage`,
    [
      moves.map(({ recordId }) => recordId),
      moves.map(({ at }) => at),
      moves.map(({ stage }) => stage),
      moves.map(({ messageId }) => messageId),
    ],
  );
  await query(
    `INSERT INTO engagement_writes AS w (record_id, object, influenced_by, not_before)
     SELECT n.*, $4::bigint FROM unnest($1::text[], $2::text[], $3::text[]) AS n (record_id, object, influenced_by)
     ORDER BY n.record_id COLLATE "C"
     ON CONFLICT (record_id) DO UPDATE SET influenced_by = excluded.influenced_by, version = w.version + 1,
       not_before = CASE WHEN w.attempts = 0 AND w.not_before > $5 THEN w.not_before ELSE excluded.not_before END,
       attempts = 0, is_refused = 0`,
    [
      records.map(({ recordId }) => recordId),
      records.map(({ object }) => object),
      records.map(({ influencedBy }) => influencedBy),
      wholeMs(writeAt),
      Math.floor(now),
    ],
  );
}

export async function commitEngagementWrites(
  { query }: Transaction,
  results: readonly EngagementWritten[],
): Promise<void> {
  const written = (result: EngagementWritten, at: number | null) => (result.kind === 'written' ? (at ?? 0) : 0);
  const ids = results.map(({ recordId }) => recordId);
  await query('SELECT FROM engagement_writes WHERE record_id = ANY($1) ORDER BY record_id FOR UPDATE', [ids]);
  await query(
    `UPDATE engagement_writes w SET
       -- whatever came since: this much the record says
       unsubscribed_told_at = greatest(w.unsubscribed_told_at, r.unsubscribed_at),
       email_ended_told_at = greatest(w.email_ended_told_at, r.email_ended_at),
       (not_before, attempts, is_refused) = (
         SELECT CASE WHEN w.version <> r.version THEN w.not_before ELSE r.not_before END,
                CASE WHEN w.version <> r.version THEN w.attempts
                     WHEN r.not_before IS NULL THEN 0 ELSE w.attempts + 1 END,
                CASE WHEN w.version <> r.version THEN w.is_refused
                     WHEN r.not_before IS NULL THEN 0 ELSE greatest(w.is_refused, r.is_refused) END)
     FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::integer[], $5::bigint[], $6::bigint[])
       AS r (record_id, version, not_before, is_refused, unsubscribed_at, email_ended_at)
     WHERE w.record_id = r.record_id`,
    [
      ids,
      results.map(({ version }) => version),
      results.map((result) => ('notBefore' in result ? wholeMs(result.notBefore) : null)),
      results.map(({ kind }) => (kind === 'refused' ? 1 : 0)),
      results.map((result) => written(result, result.unsubscribedAt)),
      results.map((result) => written(result, result.emailEndedAt)),
    ],
  );
}

/** Before the verdicts themselves are saved: those before tell from which stage each record came. */
export async function addMoves({ query }: Transaction, verdicts: readonly VerdictToStore[]): Promise<void> {
  const timed = verdicts.filter(({ stage, stageAt }) => stage !== null && stageAt !== undefined);
  if (timed.length === 0) return;
  await query(
    `INSERT INTO stage_moves (record_id, at, stage, object, prior_stage)
     SELECT n.record_id, n.at, n.stage, n.object, v.stage
     FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) AS n (record_id, at, stage, object)
     JOIN verdicts v ON v.record_id = n.record_id AND v.stage <> n.stage
     ON CONFLICT DO NOTHING`,
    [
      timed.map(({ recordId }) => recordId),
      timed.map(({ stageAt = 0 }) => stageAt * 1_000),
      timed.map(({ stage }) => stage),
      timed.map(({ object }) => object),
    ],
  );
}

/** Everything of records that are gone. */
export async function eraseEngagement({ query }: Transaction, recordIds: readonly string[]): Promise<void> {
  await query(
    `UPDATE engagement SET external_id = NULL, onesignal_id = NULL, user_key = NULL, record_id = NULL
     WHERE record_id = ANY($1)`,
    [recordIds],
  );
  await query('DELETE FROM stage_moves WHERE record_id = ANY($1)', [recordIds]);
  await query('DELETE FROM engagement_writes WHERE record_id = ANY($1)', [recordIds]);
}

/** A statement with `:name` as one with `$1`. */
function named(query: Query, sql: string, values: Readonly<Record<string, unknown>>): Promise<Row[]> {
  const names = Object.keys(values);
  return query(
    sql.replaceAll(/(?<!:):([a-z]\w*)/g, (_, name: string) => `$${names.indexOf(name) + 1}`),
    names.map((name) => values[name]),
  );
}
