import type { Row, Transaction } from './postgres-connection.ts';
import type { AddressChange, AddressClaim, AddressName, AddressWaits, StoredAddress } from './store.ts';
import { storedAddress } from './stored-rows.ts';

export const ADDRESS_ROW = `SELECT a.*, EXISTS (SELECT FROM address_waiters w WHERE w.type = a.type AND w.hash = a.hash AND w.is_opted_out)
  AS is_opted_out_elsewhere FROM addresses a`;

/**
 * Claims are few, and each is about a row of its own: one after the other, in one order.
 * @returns what each came to, and the records that are to look again
 */
export async function claimAddresses(
  transaction: Transaction,
  claims: readonly AddressClaim[],
): Promise<{ rows: StoredAddress[]; woken: string[] }> {
  const rows: StoredAddress[] = [];
  const woken: string[] = [];
  for (const claim of inOrder(claims, (one) => one)) {
    const row = await claimOne(transaction, claim, woken);
    if (row !== undefined) rows.push(row);
  }
  const claimed = claims.flatMap(({ type, hash }) => rows.find((row) => row.type === type && row.hash === hash) ?? []);
  return { rows: claimed, woken };
}

async function claimOne(
  { query }: Transaction,
  { type, hash, userKey, recordId, userBefore, makingUntil, isOptedOut, heldBy }: AddressClaim,
  woken: string[],
): Promise<StoredAddress | undefined> {
  await query(
    `INSERT INTO addresses AS a (type, hash, user_key, record_id, held_by, origin, making_for, making_until)
     VALUES ($1, $2, $3, $4, $7, CASE WHEN $6::bigint IS NULL THEN 'unknown' ELSE 'ours' END,
       CASE WHEN $6::bigint IS NOT NULL THEN $3 END, $6)
     ON CONFLICT (type, hash) DO UPDATE SET user_key = excluded.user_key, record_id = excluded.record_id,
       held_by = coalesce($7, a.held_by),
       origin = CASE WHEN $6::bigint IS NULL THEN a.origin ELSE 'ours' END,
       making_for = coalesce(excluded.making_for, a.making_for), making_until = coalesce($6, a.making_until)
     WHERE a.record_id IS NULL OR a.record_id = $4 OR a.user_key IN ($3, $5)`,
    [type, hash, userKey, recordId, userBefore ?? userKey, makingUntil, heldBy],
  );
  const read = async () => {
    // Whoever waits locks the row of the address first, so that nobody gives it free meanwhile.
    const [row] = await query(`${ADDRESS_ROW} WHERE type = $1 AND hash = $2 FOR UPDATE OF a`, [type, hash]);
    return row && storedAddress(row);
  };
  const holder = await read();
  if (holder === undefined) return undefined;
  const named = [type, hash, recordId];
  if (holder.userKey === userKey) {
    await query('DELETE FROM address_waiters WHERE type = $1 AND hash = $2 AND record_id = $3', named);
    return read();
  }
  const changed = await query(
    `INSERT INTO address_waiters AS w (type, hash, record_id, is_opted_out) VALUES ($1, $2, $3, $4)
     ON CONFLICT (type, hash, record_id) DO UPDATE SET is_opted_out = excluded.is_opted_out
     WHERE w.is_opted_out <> excluded.is_opted_out RETURNING 1`,
    [...named, isOptedOut],
  );
  const isNews = changed.length > 0 && (isOptedOut || holder.isOptedOutElsewhere);
  if (isNews && holder.recordId !== null) woken.push(holder.recordId);
  return holder;
}

/** @returns the records that are to look again: an address is free now, or one that waited for it opts out no longer */
export async function commitAddresses(
  transaction: Transaction,
  changes: readonly AddressChange[],
  waits: readonly AddressWaits[],
): Promise<string[]> {
  const woken: string[] = [];
  for (const { name, userBefore, address } of inOrder(changes, (change) => change.name)) {
    const isDone = await changeOne(transaction, name, userBefore, address);
    if (!isDone || typeof address?.recordId === 'string') continue;
    const rows = await transaction.query(
      'DELETE FROM address_waiters WHERE type = $1 AND hash = $2 RETURNING record_id',
      [name.type, name.hash],
    );
    woken.push(...rows.map((row) => String(row.record_id)));
  }
  return [...woken, ...(await endWaits(transaction, waits))];
}

async function changeOne(
  { query }: Transaction,
  { type, hash }: AddressName,
  userBefore: string,
  address: StoredAddress | undefined,
): Promise<boolean> {
  const named = [type, hash, userBefore];
  const done: Row[] =
    address === undefined
      ? await query('DELETE FROM addresses WHERE type = $1 AND hash = $2 AND user_key = $3 RETURNING 1', named)
      : await query(
          `UPDATE addresses SET user_key = $4, record_id = $5, held_by = $6, origin = $7, making_for = $8,
             making_until = $9, is_on = $10, is_off_by_us = $11, is_inherited = $12
           WHERE type = $1 AND hash = $2 AND user_key = $3 RETURNING 1`,
          [...named, ...columnsOf(address)],
        );
  return done.length > 0;
}

/** One statement for all: each record of each commit has its waits, most of them none. */
async function endWaits({ query }: Transaction, waits: readonly AddressWaits[]): Promise<string[]> {
  if (waits.length === 0) return [];
  const kept = waits.flatMap(({ recordId, names }) => names.map(({ type, hash }) => `${recordId} ${type} ${hash}`));
  const rows = await query(
    `WITH ended AS (
       DELETE FROM address_waiters
       WHERE record_id = ANY($1) AND record_id || ' ' || type || ' ' || hash <> ALL($2::text[])
       RETURNING type, hash, is_opted_out)
     SELECT a.record_id FROM ended JOIN addresses a USING (type, hash) WHERE is_opted_out AND a.record_id IS NOT NULL`,
    [waits.map(({ recordId }) => recordId), kept],
  );
  return rows.map((row) => String(row.record_id));
}

function columnsOf(address: StoredAddress): unknown[] {
  const { userKey, recordId, heldBy, origin, making, isOn, isOffByUs, isInherited } = address;
  return [userKey, recordId, heldBy, origin, making?.userKey, making?.until, isOn, isOffByUs, isInherited];
}

/** Two transactions that want the same rows must want them in the same order. */
function inOrder<T>(items: readonly T[], nameOf: (item: T) => { type: string; hash: string }): T[] {
  const key = (item: T) => `${nameOf(item).type} ${nameOf(item).hash}`;
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
