import type { Row, Transaction } from './postgres-connection.ts';
import { SERVER_TIME } from './postgres-parts.ts';
import type { SyncResult, UserClaim } from './store.ts';
import { userClaim, wholeMs } from './stored-rows.ts';

type Claims = (UserClaim[] | undefined)[];

/**
 * Takes what is free of all the units' users at once, then gives back what makes no whole unit. What this process has
 * already it has again: the answer to an earlier claim may have been lost.
 */
export async function claimUsers(
  { query }: Transaction,
  units: readonly (readonly string[])[],
  epoch: number,
): Promise<Claims> {
  const rows = await query(
    `INSERT INTO claims AS c (key, epoch) SELECT key, $2 FROM unnest($1::text[]) AS key ORDER BY key COLLATE "C"
     ON CONFLICT (key) DO UPDATE SET epoch = $2 WHERE c.epoch IS NULL OR c.epoch = $2
     RETURNING key, free_at, was_interrupted`,
    [[...new Set(units.flat())], epoch],
  );
  const taken = new Map(rows.map((row) => [String(row.key), userClaim(row)]));
  const claims = units.map((keys) => takeUnit(taken, keys));
  if (taken.size > 0) await query('UPDATE claims SET epoch = NULL WHERE key = ANY($1)', [[...taken.keys()]]);
  return claims;
}

/** True when one of these users is held by a part that has run out, which nobody has ended yet. */
export async function isHeldByLapsedPart(
  query: (sql: string, values: readonly unknown[]) => Promise<Row[]>,
  keys: readonly string[],
): Promise<boolean> {
  const rows = await query(
    `SELECT FROM claims JOIN parts USING (epoch) WHERE key = ANY($1) AND expires_at <= ${SERVER_TIME} LIMIT 1`,
    [keys],
  );
  return rows.length > 0;
}

/**
 * Lets go of the users of these results. A result whose users its part no longer holds was committed already, though
 * the answer to that was lost: others may have written to the users since.
 * @returns the results that are still to be committed
 */
export async function releaseUsers({ query }: Transaction, results: readonly SyncResult[]): Promise<SyncResult[]> {
  const keys = results.flatMap(({ released }) => released.map(({ key }) => key));
  if (keys.length === 0) return [...results];
  const rows = await query('SELECT key, epoch FROM claims WHERE key = ANY($1) ORDER BY key FOR UPDATE', [keys]);
  const holders = new Map(rows.map((row) => [row.key, row.epoch]));
  const open = results.filter(({ released, epoch }) => released.every(({ key }) => holders.get(key) === epoch));
  const released = open.flatMap((result) => result.released);
  await query(
    `UPDATE claims AS c SET epoch = NULL, free_at = r.free_at, was_interrupted = r.is_in_doubt
     FROM unnest($1::text[], $2::bigint[], $3::boolean[]) AS r (key, free_at, is_in_doubt) WHERE c.key = r.key`,
    [
      released.map(({ key }) => key),
      released.map(({ freeAt }) => wholeMs(freeAt)),
      released.map(({ isInDoubt }) => isInDoubt),
    ],
  );
  return open;
}

function takeUnit(taken: Map<string, UserClaim>, keys: readonly string[]): UserClaim[] | undefined {
  const claims = keys.flatMap((key) => taken.get(key) ?? []);
  if (claims.length < keys.length) return undefined;
  for (const key of keys) taken.delete(key);
  return claims;
}
