import type { DescribeField, DescribeResult, OrgUser } from '../org-contract.ts';
import { OrgRefusal } from '../org-contract.ts';
import { mayEditField, mayReadField, objectRights } from './access.ts';
import type { OrgState } from './org-state.ts';
import type { FieldDef, ObjectDef } from './schema.ts';

const isCustom = (object: ObjectDef): boolean => object.kind !== 'standard' && object.kind !== 'setup';

/** The object as this user sees it: fields without a grant are left out. Throws OrgRefusal NOT_FOUND. */
export function describeObject(state: OrgState, name: string, as: OrgUser): DescribeResult {
  const object = state.schema.object(name);
  const rights = object && objectRights(state, as, object);
  if (!object || !rights?.read) throw new OrgRefusal('NOT_FOUND', 'The requested resource does not exist', 404);
  const writable = object.kind === 'standard';
  return {
    name: object.name,
    label: object.label,
    custom: isCustom(object),
    queryable: object.kind !== 'event',
    createable: rights.create && (writable || object.kind === 'event'),
    updateable: rights.edit && writable,
    deletable: rights.delete && writable,
    fields: [...object.fields.values()]
      .filter((field) => mayReadField(state, as, object, field))
      .map((field) => describeField(field, mayEditField(state, as, object, field))),
  };
}

export function describeAll(
  state: OrgState,
  as: OrgUser,
): Pick<DescribeResult, 'name' | 'label' | 'custom' | 'queryable'>[] {
  return [...state.schema.objects.values()]
    .filter((object) => objectRights(state, as, object).read)
    .map((object) => ({
      name: object.name,
      label: object.label,
      custom: isCustom(object),
      queryable: object.kind !== 'event',
    }));
}

function describeField(field: FieldDef, editable: boolean): DescribeField {
  return {
    name: field.name,
    type: field.type,
    label: field.label,
    length: field.length,
    nillable: !field.required && field.type !== 'boolean' && field.type !== 'id',
    createable: editable,
    updateable: editable,
    custom: field.custom,
    calculated: field.formula !== null,
    relationshipName: field.reference?.relationship ?? null,
    referenceTo: field.reference ? [field.reference.to] : [],
    picklistValues: (field.picklist ?? []).map(({ value, label, active }) => ({ value, label, active })),
  };
}
