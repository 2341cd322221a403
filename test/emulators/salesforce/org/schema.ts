import type { FieldValue } from '../org-contract.ts';
import type { Compiled } from './formula/types.ts';

export type FieldType =
  | 'id'
  | 'string'
  | 'textarea'
  | 'picklist'
  | 'email'
  | 'phone'
  | 'url'
  | 'boolean'
  | 'datetime'
  | 'date'
  | 'double'
  | 'int'
  | 'reference';

export interface PicklistValue {
  value: string;
  label: string;
  active: boolean;
  /** LeadStatus only. */
  converted?: boolean;
}

export interface FieldDef {
  name: string;
  label: string;
  type: FieldType;
  /** Characters; 0 for types without a length. */
  length: number;
  custom: boolean;
  /** Must hold a value on every save. */
  required: boolean;
  /** Set by the platform only; never in a create or update. */
  system: boolean;
  /** The name field permissions use (`Address` for `Country`); null when the field can't carry any. */
  permissionName: string | null;
  indexed: boolean;
  externalId: boolean;
  picklist: PicklistValue[] | null;
  restricted: boolean;
  defaultValue: FieldValue;
  reference: { to: string; relationship: string } | null;
  formula: FormulaField | null;
}

interface FormulaField {
  source: string;
  /** Where the formula stands, for errors. */
  where: string;
  blanksAsZero: boolean;
  compiled: Compiled | null;
}

/** `setup`: what admins see in Setup, read only. */
export type ObjectKind = 'standard' | 'event' | 'setting' | 'metadata' | 'setup';

export interface ObjectDef {
  name: string;
  label: string;
  kind: ObjectKind;
  /** First three characters of its ids. */
  prefix: string;
  /** By lower-case name: field names are not case sensitive in the API. */
  fields: Map<string, FieldDef>;
  /** Events only. */
  publishBehavior: 'PublishAfterCommit' | 'PublishImmediately' | null;
}

export class Schema {
  readonly objects = new Map<string, ObjectDef>();
  readonly customPermissions = new Set<string>();

  add(object: ObjectDef): void {
    this.objects.set(object.name.toLowerCase(), object);
  }

  object(name: string): ObjectDef | undefined {
    return this.objects.get(name.toLowerCase());
  }
}

export function fieldOf(object: ObjectDef, name: string): FieldDef | undefined {
  return object.fields.get(name.toLowerCase());
}

/** A field with everything at its plainest; standard and custom fields state what differs. */
export function plainField(name: string, type: FieldType, more: Partial<FieldDef> = {}): FieldDef {
  return {
    name,
    label: name,
    type,
    length: 0,
    custom: false,
    required: false,
    system: false,
    permissionName: name,
    indexed: false,
    externalId: false,
    picklist: null,
    restricted: false,
    defaultValue: type === 'boolean' ? false : null,
    reference: null,
    formula: null,
    ...more,
  };
}

export function fieldMap(fields: FieldDef[]): Map<string, FieldDef> {
  return new Map(fields.map((field) => [field.name.toLowerCase(), field]));
}
