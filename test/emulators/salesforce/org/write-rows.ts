import type { FieldValues, OrgUser, SaveOptions, SaveResult } from '../org-contract.ts';
import { mayEditConvertedLeads, mayEditField, mayReadField, maySeeRow, objectRights } from './access.ts';
import { coerce } from './coerce.ts';
import { toId18, toKey } from './ids.ts';
import type { OrgState } from './org-state.ts';
import { SaveFailure, tableOf } from './org-state.ts';
import { ALL_FLOWS, saveRow } from './save-row.ts';
import type { ObjectDef } from './schema.ts';
import { fieldOf } from './schema.ts';
import { Transaction } from './transaction.ts';

const defaultOptions: SaveOptions = { autoAssign: true, allowDuplicates: false };

/**
 * Runs `work` as one transaction and turns a refusal into a row error, without the id of the row: results are told
 * apart by their order.
 * https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-sobjects-collections-update.html
 */
export function transact(state: OrgState, work: (transaction: Transaction) => string): SaveResult {
  const transaction = new Transaction(state);
  try {
    const saved = work(transaction);
    transaction.commit();
    return { id: saved, success: true, errors: [] };
  } catch (error) {
    transaction.rollBack();
    if (!(error instanceof SaveFailure)) throw error;
    return { success: false, errors: [error.row] };
  }
}

export function createRow(
  state: OrgState,
  objectName: string,
  values: FieldValues,
  as: OrgUser,
  options: Partial<SaveOptions> = {},
): SaveResult {
  return transact(state, (transaction) => {
    const object = writableObject(state, objectName, as);
    if (!objectRights(state, as, object).create) throw insufficientAccess(object);
    const own = ownValues(state, object, values, as);
    const request = { state, transaction, object, values: own, prior: null, as, ...ALL_FLOWS };
    const row = saveRow({ ...request, options: { ...defaultOptions, ...options } });
    return String(row.Id);
  });
}

export function updateRow(
  state: OrgState,
  objectName: string,
  id: string,
  values: FieldValues,
  as: OrgUser,
  options: Partial<SaveOptions> = {},
): SaveResult {
  return transact(state, (transaction) => {
    const object = writableObject(state, objectName, as);
    const prior = rowToChange(state, object, id, as, 'edit');
    const own = ownValues(state, object, values, as);
    if (prior.IsConverted === true && !mayEditConvertedLeads(state, as)) {
      throw new SaveFailure('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
    }
    failIfTold(state, id);
    const request = { state, transaction, object, values: own, prior, as, ...ALL_FLOWS };
    const row = saveRow({ ...request, options: { ...defaultOptions, ...options } });
    return String(row.Id);
  });
}

/** The object, if the user knows of it at all. Unknown and forbidden look alike, as in Salesforce. */
function writableObject(state: OrgState, name: string, as: OrgUser): ObjectDef {
  const object = state.schema.object(name);
  if (object?.kind !== 'standard' || !objectRights(state, as, object).read) {
    throw new SaveFailure('INVALID_TYPE', `sObject type '${name}' is not supported.`);
  }
  return object;
}

const insufficientAccess = (object: ObjectDef): SaveFailure =>
  new SaveFailure('INSUFFICIENT_ACCESS_OR_READONLY', `insufficient access rights on object: ${object.name}`);

/** The live row that is about to be changed, or the refusal that Salesforce gives for it. */
export function rowToChange(
  state: OrgState,
  object: ObjectDef,
  id: string,
  as: OrgUser,
  right: 'edit' | 'delete',
): FieldValues {
  const key = toKey(id);
  if (key === undefined) throw new SaveFailure('MALFORMED_ID', `malformed id ${id}`, ['Id']);
  if (!key.startsWith(object.prefix)) {
    throw new SaveFailure('MALFORMED_ID', `${object.label} ID: id value of incorrect type: ${toId18(key)}`, ['Id']);
  }
  const row = tableOf(state, object).get(key);
  if (!row) throw new SaveFailure('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
  const rights = objectRights(state, as, object);
  if (!maySeeRow(state, as, rights, key)) {
    throw new SaveFailure(
      'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
      'insufficient access rights on cross-reference id',
    );
  }
  if (row.IsDeleted === true) throw new SaveFailure('ENTITY_IS_DELETED', 'entity is deleted');
  if (!rights[right]) throw insufficientAccess(object);
  return row;
}

/** Checks names, rights and types of what a caller sends. */
function ownValues(state: OrgState, object: ObjectDef, values: FieldValues, as: OrgUser): FieldValues {
  const own: FieldValues = {};
  for (const [name, value] of Object.entries(values)) {
    const field = fieldOf(object, name);
    if (!field || !mayReadField(state, as, object, field)) {
      if (field) throw notWritable(field.name);
      throw new SaveFailure('INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
    }
    if (!mayEditField(state, as, object, field)) throw notWritable(field.name);
    own[field.name] = coerce(object, field, value);
  }
  return own;
}

const notWritable = (field: string): SaveFailure =>
  new SaveFailure(
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    `Unable to create/update fields: ${field}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
    [field],
  );

function failIfTold(state: OrgState, id: string): void {
  const key = toKey(id) ?? '';
  const failing = state.failingUpdates.get(key);
  if (!failing) return;
  failing.left--;
  if (failing.left <= 0) state.failingUpdates.delete(key);
  throw new SaveFailure(failing.error.statusCode, failing.error.message, failing.error.fields);
}
