import type { FieldValues, OrgUser, SaveResult } from '../org-contract.ts';
import { toStoredTime } from './datetime.ts';
import { toKey } from './ids.ts';
import type { OrgState } from './org-state.ts';
import { SaveFailure, tableOf } from './org-state.ts';
import { ALL_FLOWS, saveRow, triggerFlows } from './save-row.ts';
import type { ObjectDef } from './schema.ts';
import type { Transaction } from './transaction.ts';
import { rowToChange, transact } from './write-rows.ts';

function standardObject(state: OrgState, name: string): ObjectDef {
  const object = state.schema.object(name);
  if (object?.kind !== 'standard') throw new SaveFailure('INVALID_TYPE', `sObject type '${name}' is not supported.`);
  return object;
}

/** Moves the row to the recycle bin, after its before-delete flows. */
export function deleteRow(state: OrgState, objectName: string, id: string, as: OrgUser): SaveResult {
  return transact(state, (transaction) => {
    const object = standardObject(state, objectName);
    const row = rowToChange(state, object, id, as, 'delete');
    if (object.name === 'Account' && hasContacts(state, row)) {
      throw new Error('deleting an account that has contacts is not emulated');
    }
    bin(state, transaction, object, row, as, null);
    return String(row.Id);
  });
}

function hasContacts(state: OrgState, account: FieldValues): boolean {
  const contacts = state.schema.object('Contact');
  if (!contacts) return false;
  const table = tableOf(state, contacts);
  const keys = table.find('AccountId', [account.Id ?? null]) ?? new Set();
  return [...keys].some((key) => table.get(key)?.IsDeleted === false);
}

/** `MasterRecordId` is set only after the before-delete flows ran, so those can't tell a merge from a delete. */
function bin(
  state: OrgState,
  transaction: Transaction,
  object: ObjectDef,
  row: FieldValues,
  as: OrgUser,
  masterId: string | null,
): void {
  triggerFlows({ state, transaction, object, as }, 'RecordBeforeDelete', { ...row }, null);
  const now = toStoredTime(state.clock());
  const deleted: FieldValues = { ...row, IsDeleted: true, LastModifiedDate: now, SystemModstamp: now };
  if (masterId !== null) deleted.MasterRecordId = masterId;
  transaction.store(object, deleted);
}

/** Takes the row out of the recycle bin. No flow can run on it: there is no such trigger. */
export function undeleteRow(state: OrgState, objectName: string, id: string, as: OrgUser): SaveResult {
  return transact(state, (transaction) => {
    const object = standardObject(state, objectName);
    const row = tableOf(state, object).get(toKey(id) ?? '');
    if (row?.IsDeleted !== true) {
      throw new SaveFailure('UNDELETE_FAILED', 'entity is not in the recycle bin');
    }
    const now = toStoredTime(state.clock());
    transaction.store(object, {
      ...row,
      IsDeleted: false,
      MasterRecordId: null,
      LastModifiedDate: now,
      LastModifiedById: as.id,
      SystemModstamp: now,
    });
    return String(row.Id);
  });
}

/** A hard delete, or the recycle bin emptied: the row is in no query any more. */
export function purgeRow(state: OrgState, objectName: string, id: string): void {
  const object = standardObject(state, objectName);
  tableOf(state, object).remove(toKey(id) ?? '');
}

/**
 * Merges one or two losers into a master: a delete for each loser, then one update of the master.
 * https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_triggers_merge_statements.htm
 */
export function mergeRows(
  state: OrgState,
  objectName: string,
  masterId: string,
  loserIds: string[],
  as: OrgUser,
  values: FieldValues = {},
): SaveResult {
  return transact(state, (transaction) => {
    const object = standardObject(state, objectName);
    if (loserIds.length < 1 || loserIds.length > 2) throw new SaveFailure('INVALID_ARGUMENT', 'one or two losers');
    const master = rowToChange(state, object, masterId, as, 'edit');
    for (const id of loserIds) {
      const loser = rowToChange(state, object, id, as, 'delete');
      bin(state, transaction, object, loser, as, String(master.Id));
    }
    const options = { autoAssign: false, allowDuplicates: true };
    saveRow({ state, transaction, object, values, prior: master, as, options, ...ALL_FLOWS });
    return String(master.Id);
  });
}
