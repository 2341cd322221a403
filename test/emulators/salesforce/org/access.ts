import type { OrgUser } from '../org-contract.ts';
import type { ObjectRights, PermissionSet } from './load-permissions.ts';
import type { OrgState } from './org-state.ts';
import type { FieldDef, ObjectDef } from './schema.ts';

const everything: ObjectRights = { create: true, read: true, edit: true, delete: true, viewAll: true, modifyAll: true };
const nothing: ObjectRights = {
  create: false,
  read: false,
  edit: false,
  delete: false,
  viewAll: false,
  modifyAll: false,
};
const readOnly: ObjectRights = { ...nothing, read: true };

function setsOf(state: OrgState, user: OrgUser): PermissionSet[] {
  return user.permissionSets.map((name) => {
    const set = state.permissionSets.get(name);
    if (!set) throw new Error(`no permission set ${name}`);
    return set;
  });
}

/** What the user may do with an object; several permission sets add up. */
export function objectRights(state: OrgState, user: OrgUser, object: ObjectDef): ObjectRights {
  if (user.isAdministrator) return everything;
  const name = object.name.toLowerCase();
  const sets = setsOf(state, user);
  if (object.kind === 'metadata' || object.kind === 'setting') {
    return sets.some((set) => set.setupTypes.has(name)) ? { ...readOnly, viewAll: true } : nothing;
  }
  // https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionset.htm
  if (object.kind === 'setup')
    return sets.some((set) => set.userPermissions.has('ViewSetup')) ? { ...readOnly, viewAll: true } : nothing;
  if (['User', 'Organization', 'RecordType'].includes(object.name)) return { ...readOnly, viewAll: true };
  const rights = { ...nothing };
  for (const set of sets) {
    const granted = set.objects.get(name);
    if (!granted) continue;
    for (const key of Object.keys(rights) as (keyof ObjectRights)[]) rights[key] ||= granted[key];
  }
  return rights;
}

const fieldKey = (object: ObjectDef, field: FieldDef): string =>
  `${object.name}.${field.permissionName ?? ''}`.toLowerCase();

export function mayReadField(state: OrgState, user: OrgUser, object: ObjectDef, field: FieldDef): boolean {
  if (user.isAdministrator || field.permissionName === null) return true;
  const key = fieldKey(object, field);
  return setsOf(state, user).some((set) => set.readable.has(key));
}

export function mayEditField(state: OrgState, user: OrgUser, object: ObjectDef, field: FieldDef): boolean {
  if (field.system) return false;
  if (user.isAdministrator || field.permissionName === null) return true;
  const key = fieldKey(object, field);
  return setsOf(state, user).some((set) => set.editable.has(key));
}

/** The custom permissions the user holds: an administrator holds only what a permission set grants, too. */
export function customPermissionsOf(state: OrgState, user: OrgUser): ReadonlySet<string> {
  if (user.permissionSets.length === 0) return noPermissions;
  const granted = new Set<string>();
  for (const set of setsOf(state, user)) for (const name of set.customPermissions) granted.add(name);
  return granted;
}

const noPermissions: ReadonlySet<string> = new Set();

/** https://help.salesforce.com/s/articleView?id=005185010 */
export function mayEditConvertedLeads(state: OrgState, user: OrgUser): boolean {
  return (
    user.isAdministrator || setsOf(state, user).some((set) => set.userPermissions.has('AllowViewEditConvertedLeads'))
  );
}

/** Whether sharing lets the user see the row. */
export function maySeeRow(state: OrgState, user: OrgUser, rights: ObjectRights, key: string): boolean {
  const hidden = state.hidden.get(key);
  if (hidden === undefined || user.isAdministrator) return true;
  return hidden === 'withoutViewAll' && rights.viewAll;
}
