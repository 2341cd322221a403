import type { FieldValues, OrgUser } from '../org-contract.ts';
import { toStoredTime } from './datetime.ts';
import type { Flow } from './flow/flow-types.ts';
import type { PermissionSet } from './load-permissions.ts';
import type { OrgState } from './org-state.ts';
import { objectNamed, tableOf } from './org-state.ts';
import { fieldOf } from './schema.ts';
import { keyOf } from './table.ts';

/** What a query of the setup objects finds: which sets a user has, what they grant, and which flows run. */

export function assign(state: OrgState, user: OrgUser): void {
  for (const name of user.permissionSets)
    put(state, 'PermissionSetAssignment', { AssigneeId: user.id, PermissionSetId: idOfSet(state, name) });
}

export function listPermissionSet(state: OrgState, set: PermissionSet): void {
  for (const row of rowsOf(state, 'ObjectPermissions'))
    if (row.ParentId === idOfSet(state, set.name)) tableNamed(state, 'ObjectPermissions').remove(keyOf(row.Id));
  for (const [object, rights] of set.objects) {
    put(state, 'ObjectPermissions', {
      ParentId: idOfSet(state, set.name),
      SobjectType: state.schema.object(object)?.name ?? object,
      PermissionsRead: rights.read,
      PermissionsCreate: rights.create,
      PermissionsEdit: rights.edit,
      PermissionsDelete: rights.delete,
      PermissionsViewAllRecords: rights.viewAll,
      PermissionsModifyAllRecords: rights.modifyAll,
    });
  }
}

export function listFlow(state: OrgState, { name, active }: Flow): void {
  for (const row of rowsOf(state, 'FlowDefinitionView'))
    if (row.ApiName === name) tableNamed(state, 'FlowDefinitionView').remove(keyOf(row.Id));
  put(state, 'FlowDefinitionView', { ApiName: name, IsActive: active });
}

/** The values of the status as an object: which of them a converted lead may have is said nowhere else. */
export function listLeadStatuses(state: OrgState): void {
  const statuses = fieldOf(objectNamed(state, 'Lead'), 'Status')?.picklist ?? [];
  for (const [place, { value, label, converted = false }] of statuses.entries())
    put(state, 'LeadStatus', { ApiName: value, MasterLabel: label, IsConverted: converted, SortOrder: place + 1 });
}

export function addRecordType(state: OrgState, object: string, developerName: string): string {
  const named = { DeveloperName: developerName, Name: developerName, SobjectType: object, IsActive: true };
  return put(state, 'RecordType', named);
}

/** The same for the same name. */
function idOfSet(state: OrgState, name: string): string {
  const place = [...state.permissionSets.keys()].indexOf(name);
  return `0PS${String(place).padStart(12, '0')}AAA`;
}

/** @returns the id of the new row */
function put(state: OrgState, object: string, values: FieldValues): string {
  const table = tableNamed(state, object);
  const now = toStoredTime(state.clock());
  const { prefix } = objectNamed(state, object);
  const stamps = { CreatedDate: now, LastModifiedDate: now, SystemModstamp: now, IsDeleted: false };
  const row: FieldValues = { Id: state.ids.next(prefix), ...stamps, ...values };
  table.put(keyOf(row.Id), row);
  return String(row.Id);
}

function rowsOf(state: OrgState, object: string): FieldValues[] {
  return [...tableNamed(state, object).values()];
}

function tableNamed(state: OrgState, object: string) {
  return tableOf(state, objectNamed(state, object));
}
