import { DOUBT_MS, USER_GAP_MS } from '../config/onesignal-limits.ts';
import { RelayError } from '../config/relay-error.ts';
import { PART_MS, SEND_MARGIN_MS } from './part-times.ts';
import type { Row, Transaction } from './postgres-connection.ts';
import type { Standing } from './store.ts';

/** Whole milliseconds since 1970 on the server's clock, the same throughout one statement. */
export const SERVER_TIME = 'floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint';

/** The first number of the advisory lock under which parts begin, are renewed and leave; the second is the schema's. */
const LOCK = 1_867_015;

/**
 * Makes a write wait for whoever ends this part at the moment, and whoever wants to end it wait for the write.
 * A heartbeat, which changes no key, waits for neither:
 * https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS
 * @throws RelayError PART_LOST
 */
export async function holdParts(
  { query }: Transaction,
  epochs: Iterable<number>,
  { asSubscriber = false }: { asSubscriber?: boolean } = {},
): Promise<void> {
  const wanted = [...new Set(epochs)];
  const held = await query(
    `SELECT FROM parts
     WHERE epoch = ANY($1) AND NOT has_left AND expires_at > ${SERVER_TIME} AND (is_subscriber OR NOT $2)
     ORDER BY epoch FOR KEY SHARE`,
    [wanted, asSubscriber],
  );
  if (held.length < wanted.length) throw partLost();
}

/** A process that begins may not send before all others have seen it, or have lost their parts. */
export async function joinParts(transaction: Transaction, now: number): Promise<number> {
  await endLapsedParts(transaction, now);
  const [part] = await transaction.query(
    `INSERT INTO parts (expires_at, sends_from)
     SELECT $2, CASE WHEN EXISTS (SELECT FROM parts WHERE NOT has_left AND expires_at > $1) THEN $2 ELSE $1 END
     RETURNING epoch`,
    [now, now + PART_MS],
  );
  return Number(part?.epoch);
}

/** @throws RelayError PART_LOST */
export async function renewPart(transaction: Transaction, epoch: number, now: number): Promise<void> {
  const renewed = await transaction.query(
    'UPDATE parts SET expires_at = $3 WHERE epoch = $1 AND NOT has_left AND expires_at > $2 RETURNING epoch',
    [epoch, now, now + PART_MS],
  );
  if (renewed.length === 0) throw partLost();
  await endLapsedParts(transaction, now);
  await forgetOldClaims(transaction, now);
}

/** Takes the subscription if nobody has it, and says how the process stands. */
export async function standing(
  { query }: Transaction,
  { epoch, now, askedAt }: { epoch: number; now: number; askedAt: number },
): Promise<Standing> {
  await query(
    `UPDATE parts SET is_subscriber = true
     WHERE epoch = $1 AND NOT EXISTS (SELECT FROM parts WHERE is_subscriber)`,
    [epoch],
  );
  const [row = {}] = await query(
    `SELECT is_subscriber, sends_from,
            (SELECT count(*) FROM parts WHERE expires_at > $2) AS members,
            EXISTS (SELECT FROM parts WHERE is_subscriber AND expires_at > $2) AS has_subscriber,
            (SELECT value FROM state WHERE name = 'paused_until') AS paused_until
     FROM parts WHERE epoch = $1`,
    [epoch, now],
  );
  return {
    epoch,
    isSubscriber: row.is_subscriber === true,
    hasSubscriber: row.has_subscriber === true,
    members: Number(row.members),
    sendsFrom: Number(row.sends_from),
    validUntil: askedAt + PART_MS - SEND_MARGIN_MS,
    pausedUntil: Number(row.paused_until ?? 0),
  };
}

/** What it wrote last is still in OneSignal's window of a second, so it counts as a member that much longer. */
export async function leaveParts(transaction: Transaction, epoch: number, now: number): Promise<void> {
  const { query } = transaction;
  const held = await query('SELECT FROM parts WHERE epoch = $1 AND NOT has_left AND expires_at > $2 FOR UPDATE', [
    epoch,
    now,
  ]);
  if (held.length === 0) return;
  await free(transaction, [epoch], now, 'orderly');
  await query('UPDATE parts SET has_left = true, is_subscriber = false, expires_at = $2 WHERE epoch = $1', [
    epoch,
    now + USER_GAP_MS,
  ]);
}

/** Those in whose name a write is under way right now are left to the next who looks: nobody is made to wait for it. */
export async function endLapsedParts(transaction: Transaction, now: number): Promise<void> {
  const { query } = transaction;
  const lapsed = await query('SELECT epoch FROM parts WHERE expires_at <= $1 ORDER BY epoch FOR UPDATE SKIP LOCKED', [
    now,
  ]);
  if (lapsed.length === 0) return;
  const epochs = lapsed.map((row) => row.epoch as number);
  await free(transaction, epochs, now, 'interrupted');
  await query('DELETE FROM parts WHERE epoch = ANY($1)', [epochs]);
}

/** Serialises what changes who is a member. @returns the server's time from within, so that it rises from one to the next */
export async function lockMembership({ query }: Transaction, schema: string): Promise<MeasuredTime> {
  await query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [LOCK, schema]);
  return measureTime(query);
}

export interface MeasuredTime {
  now: number;
  measured: { sentAt: number; answeredAt: number; serverTime: number };
}

export async function measureTime(query: (sql: string) => Promise<Row[]>): Promise<MeasuredTime> {
  const sentAt = performance.now();
  const [row] = await query(
    `SELECT ${SERVER_TIME} AS now, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS exact`,
  );
  return {
    now: Number(row?.now),
    measured: { sentAt, answeredAt: performance.now(), serverTime: Number(row?.exact) },
  };
}

/** Lets go of all that parts hold. An interrupted one may have been writing: its users are in doubt. */
async function free(
  transaction: Transaction,
  epochs: readonly number[],
  now: number,
  how: 'orderly' | 'interrupted',
): Promise<void> {
  const { query } = transaction;
  const claims = await query('SELECT key FROM claims WHERE epoch = ANY($1) ORDER BY key FOR UPDATE', [epochs]);
  const keys = claims.map(({ key }) => key);
  await query(
    `UPDATE claims SET epoch = NULL, free_at = greatest(free_at, $2), was_interrupted = was_interrupted OR $3
     WHERE key = ANY($1)`,
    [keys, now + USER_GAP_MS, how === 'interrupted'],
  );
  await query('SELECT FROM records WHERE leased_by = ANY($1) ORDER BY record_id FOR UPDATE', [epochs]);
  await query('UPDATE records SET leased_by = NULL, not_before = $2 WHERE leased_by = ANY($1)', [epochs, now]);
  if (how === 'interrupted') {
    await query('UPDATE users SET assert_at = greatest(coalesce(assert_at, 0), $2) WHERE key = ANY($1)', [
      keys,
      now + DOUBT_MS,
    ]);
  }
  await query(`UPDATE requests SET state = 'waiting', epoch = NULL WHERE epoch = ANY($1) AND state = 'running'`, [
    epochs,
  ]);
  transaction.announce();
}

/** Claims that nobody holds, without doubt and past their rest, are as good as none. */
async function forgetOldClaims({ query }: Transaction, now: number): Promise<void> {
  await query(
    `DELETE FROM claims WHERE key IN (
       SELECT key FROM claims WHERE epoch IS NULL AND NOT was_interrupted AND free_at <= $1
       LIMIT 10000 FOR UPDATE SKIP LOCKED)`,
    [now],
  );
}

function partLost(): RelayError {
  return new RelayError('PART_LOST', 'The part of this process among those that share the store has run out.');
}
