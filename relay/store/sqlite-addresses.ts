import type { DatabaseSync } from 'node:sqlite';
import { preparing } from './sqlite-statement.ts';
import { usersAndRecords } from './sqlite-statements.ts';
import type {
  AddressChange,
  AddressClaim,
  AddressName,
  AddressWaits,
  StoredAddress,
  UsersAndRecords,
} from './store.ts';
import { type StoredRow, storedAddress } from './stored-rows.ts';

/** Which user has which address. Each method is a part of a transaction; `wake` makes a record due. */
export interface Addresses {
  of(of: UsersAndRecords): StoredAddress[];
  named(names: readonly AddressName[]): StoredAddress[];
  claim(claims: readonly AddressClaim[], wake: (recordId: string) => void): StoredAddress[];
  commit(changes: readonly AddressChange[], waits: readonly AddressWaits[], wake: (recordId: string) => void): void;
}

const ROW = `SELECT a.*, EXISTS (SELECT 1 FROM address_waiters w WHERE w.type = a.type AND w.hash = a.hash AND w.is_opted_out = 1)
  AS is_opted_out_elsewhere FROM addresses a`;

export function prepareAddresses(database: DatabaseSync): Addresses {
  const prepare = preparing(database);
  const of = prepare(`${ROW} WHERE user_key IN (SELECT value FROM json_each(:userKeys))
       OR record_id IN (SELECT value FROM json_each(:recordIds))`);
  const claim = prepare(
    `INSERT INTO addresses (type, hash, user_key, record_id, held_by, origin, making_for, making_until)
     VALUES (:type, :hash, :user, :record, :heldBy, iif(:until IS NULL, 'unknown', 'ours'), iif(:until IS NULL, NULL, :user), :until)
     ON CONFLICT DO UPDATE SET user_key = excluded.user_key, record_id = excluded.record_id,
       held_by = ifnull(:heldBy, held_by),
       origin = iif(:until IS NULL, origin, 'ours'), making_for = ifnull(excluded.making_for, making_for),
       making_until = ifnull(:until, making_until)
     WHERE record_id IS NULL OR record_id = :record OR user_key IN (:user, :before)`,
  );
  const address = prepare(`${ROW} WHERE type = ? AND hash = ?`);
  const wait = prepare(
    `INSERT INTO address_waiters (type, hash, record_id, is_opted_out) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET is_opted_out = excluded.is_opted_out WHERE is_opted_out <> excluded.is_opted_out
     RETURNING is_opted_out`,
  );
  const endWait = prepare('DELETE FROM address_waiters WHERE type = ? AND hash = ? AND record_id = ?');
  const endWaits = prepare(
    `DELETE FROM address_waiters WHERE record_id = ? AND type || ' ' || hash NOT IN (SELECT value FROM json_each(?))
     RETURNING type, hash, is_opted_out`,
  );
  const save = prepare(
    `UPDATE addresses SET user_key = ?, record_id = ?, held_by = ?, origin = ?, making_for = ?, making_until = ?,
       is_on = ?, is_off_by_us = ?, is_inherited = ?
     WHERE type = ? AND hash = ? AND user_key = ?`,
  );
  const free = prepare('DELETE FROM addresses WHERE type = ? AND hash = ? AND user_key = ?');
  const woken = prepare('DELETE FROM address_waiters WHERE type = ? AND hash = ? RETURNING record_id');

  const addressOf = ({ type, hash }: AddressName): StoredAddress | undefined => {
    const row: StoredRow | undefined = address.get(type, hash);
    return row && storedAddress(row);
  };
  const claimOne = (wanted: AddressClaim, wake: (recordId: string) => void): StoredAddress[] => {
    const {
      type,
      hash,
      userKey: user,
      recordId: record,
      userBefore,
      makingUntil: until,
      isOptedOut,
      heldBy = null,
    } = wanted;
    claim.run({ type, hash, user, record, before: userBefore ?? user, until, heldBy });
    const holder = addressOf(wanted);
    if (holder === undefined) return [];
    if (holder.userKey !== user) {
      const isNews = wait.get(type, hash, record, Number(isOptedOut)) !== undefined;
      if (isNews && holder.recordId !== null && (isOptedOut || holder.isOptedOutElsewhere)) wake(holder.recordId);
      return [holder];
    }
    endWait.run(type, hash, record);
    return [addressOf(wanted) ?? holder];
  };
  const saveOne = ({ type, hash, userKey, recordId, heldBy, ...rest }: StoredAddress, userBefore: string) => {
    const isOn = rest.isOn === null ? null : Number(rest.isOn);
    const making = [rest.making?.userKey ?? null, rest.making?.until ?? null];
    const flags = [isOn, Number(rest.isOffByUs), Number(rest.isInherited)];
    return save.run(userKey, recordId, heldBy, rest.origin, ...making, ...flags, type, hash, userBefore).changes === 1;
  };
  const freeOne = ({ type, hash }: AddressName, userBefore: string) => free.run(type, hash, userBefore).changes === 1;

  const changeOne = ({ name, userBefore, address: after }: AddressChange, wake: (recordId: string) => void) => {
    const isDone = after === undefined ? freeOne(name, userBefore) : saveOne(after, userBefore);
    if (!isDone || typeof after?.recordId === 'string') return;
    for (const { record_id: recordId } of woken.all(name.type, name.hash)) wake(String(recordId));
  };
  const endWaitsOf = ({ recordId, names }: AddressWaits, wake: (recordId: string) => void) => {
    const kept = JSON.stringify(names.map(({ type, hash }) => `${type} ${hash}`));
    for (const { type, hash, is_opted_out: isOptedOut } of endWaits.all(recordId, kept)) {
      const holder = isOptedOut === 1 ? address.get(String(type), String(hash))?.record_id : null;
      if (typeof holder === 'string') wake(holder);
    }
  };

  return {
    of: (asked) => of.all(usersAndRecords(asked)).map(storedAddress),
    named: (names) => names.flatMap((name) => addressOf(name) ?? []),
    claim: (claims, wake) => claims.flatMap((wanted) => claimOne(wanted, wake)),
    commit(changes, waits, wake) {
      for (const change of changes) changeOne(change, wake);
      for (const ofRecord of waits) endWaitsOf(ofRecord, wake);
    },
  };
}
