import type { DatabaseSync } from 'node:sqlite';
import type { AddressChange, AddressClaim, AddressName, StoredAddress } from './store.ts';
import { storedAddress } from './stored-rows.ts';

/** Which user has which address. Each method is a part of a transaction. */
export interface Addresses {
  of(userKeys: readonly string[]): StoredAddress[];
  claim(claims: readonly AddressClaim[]): StoredAddress[];
  /** @param wake told of each record that waited for an address which is free now */
  commit(changes: readonly AddressChange[], wake: (recordId: string) => void): void;
}

export function prepareAddresses(database: DatabaseSync): Addresses {
  const of = database.prepare('SELECT * FROM addresses WHERE user_key IN (SELECT value FROM json_each(?))');
  const claim = database.prepare(
    `INSERT INTO addresses (type, hash, user_key, record_id, origin)
     VALUES (:type, :hash, :user, :record, CASE WHEN :making THEN 'ours' ELSE 'unknown' END)
     ON CONFLICT DO UPDATE SET user_key = excluded.user_key, record_id = excluded.record_id,
       origin = CASE WHEN :making THEN 'ours' ELSE origin END
     WHERE record_id IS NULL OR record_id = :record OR user_key IN (:user, :before)`,
  );
  const address = database.prepare('SELECT * FROM addresses WHERE type = ? AND hash = ?');
  const wait = database.prepare('INSERT OR IGNORE INTO address_waiters (type, hash, record_id) VALUES (?, ?, ?)');
  const save = database.prepare(
    `UPDATE addresses SET user_key = ?, record_id = ?, held_by = ?, origin = ?, is_on = ?, is_off_by_us = ?, is_inherited = ?
     WHERE type = ? AND hash = ? AND user_key = ?`,
  );
  const free = database.prepare('DELETE FROM addresses WHERE type = ? AND hash = ? AND user_key = ?');
  const woken = database.prepare('DELETE FROM address_waiters WHERE type = ? AND hash = ? RETURNING record_id');

  const claimOne = ({ type, hash, userKey: user, recordId: record, userBefore, isMaking }: AddressClaim) => {
    claim.run({ type, hash, user, record, before: userBefore ?? user, making: Number(isMaking) });
    const row = storedAddress(address.get(type, hash) ?? {});
    if (row.userKey !== user) wait.run(type, hash, record);
    return row;
  };
  const saveOne = ({ type, hash, userKey, recordId, heldBy, ...rest }: StoredAddress, userBefore: string) => {
    const isOn = rest.isOn === null ? null : Number(rest.isOn);
    const flags = [isOn, Number(rest.isOffByUs), Number(rest.isInherited)];
    return save.run(userKey, recordId, heldBy, rest.origin, ...flags, type, hash, userBefore).changes === 1;
  };
  const freeOne = ({ type, hash }: AddressName, userBefore: string) => free.run(type, hash, userBefore).changes === 1;

  return {
    of: (userKeys) => (userKeys.length === 0 ? [] : of.all(JSON.stringify(userKeys)).map(storedAddress)),
    claim: (claims) => claims.map(claimOne),
    commit(changes, wake) {
      for (const { name, userBefore, address: after } of changes) {
        const isDone = after === undefined ? freeOne(name, userBefore) : saveOne(after, userBefore);
        if (!isDone || typeof after?.recordId === 'string') continue;
        for (const { record_id: recordId } of woken.all(name.type, name.hash)) wake(String(recordId));
      }
    },
  };
}
