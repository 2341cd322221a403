import type { Transaction } from './postgres-connection.ts';
import type { AddressChange, AddressClaim, StoredAddress } from './store.ts';
import { storedAddress } from './stored-rows.ts';

/** Claims are few, and each is about a row of its own: one after the other, in one order. */
export async function claimAddresses(
  { query }: Transaction,
  claims: readonly AddressClaim[],
): Promise<StoredAddress[]> {
  const rows: StoredAddress[] = [];
  for (const { type, hash, userKey, recordId, userBefore, isMaking } of inOrder(claims, (claim) => claim)) {
    await query(
      `INSERT INTO addresses AS a (type, hash, user_key, record_id, origin)
       VALUES ($1, $2, $3, $4, CASE WHEN $6 THEN 'ours' ELSE 'unknown' END)
       ON CONFLICT (type, hash) DO UPDATE SET user_key = excluded.user_key, record_id = excluded.record_id,
         origin = CASE WHEN $6 THEN 'ours' ELSE a.origin END
       WHERE a.record_id IS NULL OR a.record_id = $4 OR a.user_key IN ($3, $5)`,
      [type, hash, userKey, recordId, userBefore ?? userKey, isMaking],
    );
    const [row = {}] = await query('SELECT * FROM addresses WHERE type = $1 AND hash = $2', [type, hash]);
    const address = storedAddress(row);
    rows.push(address);
    if (address.userKey === userKey) continue;
    await query('INSERT INTO address_waiters (type, hash, record_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      type,
      hash,
      recordId,
    ]);
  }
  return claims.flatMap(({ type, hash }) => rows.find((row) => row.type === type && row.hash === hash) ?? []);
}

/** @returns the records that waited for an address which is free now */
export async function commitAddresses({ query }: Transaction, changes: readonly AddressChange[]): Promise<string[]> {
  const woken: string[] = [];
  for (const { name, userBefore, address } of inOrder(changes, (change) => change.name)) {
    const { type, hash } = name;
    const done =
      address === undefined
        ? await query('DELETE FROM addresses WHERE type = $1 AND hash = $2 AND user_key = $3 RETURNING 1', [
            type,
            hash,
            userBefore,
          ])
        : await query(
            `UPDATE addresses SET user_key = $4, record_id = $5, held_by = $6, origin = $7, is_on = $8, is_off_by_us = $9,
               is_inherited = $10
             WHERE type = $1 AND hash = $2 AND user_key = $3 RETURNING 1`,
            [type, hash, userBefore, ...columnsOf(address)],
          );
    if (done.length === 0 || typeof address?.recordId === 'string') continue;
    const rows = await query('DELETE FROM address_waiters WHERE type = $1 AND hash = $2 RETURNING record_id', [
      type,
      hash,
    ]);
    woken.push(...rows.map((row) => String(row.record_id)));
  }
  return woken;
}

function columnsOf({ userKey, recordId, heldBy, origin, isOn, isOffByUs, isInherited }: StoredAddress): unknown[] {
  return [userKey, recordId, heldBy, origin, isOn, isOffByUs, isInherited];
}

/** Two transactions that want the same rows must want them in the same order. */
function inOrder<T>(items: readonly T[], nameOf: (item: T) => { type: string; hash: string }): T[] {
  const key = (item: T) => `${nameOf(item).type} ${nameOf(item).hash}`;
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
