import { findField } from './field-lookup.ts';
import type { MetadataFile, MetadataPackage } from './load-package.ts';
import { child, childrenNamed, textOf, type XmlElement } from './xml-element.ts';

/** Elements of a flow that connectors can point to, by the name of their XML element. */
export const NODE_KINDS = [
  'assignments',
  'decisions',
  'recordCreates',
  'recordUpdates',
  'recordLookups',
  'recordDeletes',
  'customErrors',
  'loops',
  'subflows',
  'actionCalls',
];
/** Nodes that read or write records. */
export const RECORD_NODES = ['recordCreates', 'recordUpdates', 'recordLookups', 'recordDeletes'];

/** Value types that may be assigned to each other. */
export type ValueKind = 'text' | 'boolean' | 'dateTime' | 'date' | 'number' | 'record';

export interface FlowModel {
  file: MetadataFile;
  start: XmlElement | undefined;
  /** The object of the record that starts the flow. */
  object: string;
  nodes: XmlElement[];
}

export function flowModel(file: MetadataFile): FlowModel {
  const start = child(file.root, 'start');
  return {
    file,
    start,
    object: textOf(start, 'object') ?? '',
    nodes: file.root.children.filter((each) => NODE_KINDS.includes(each.name)),
  };
}

const GLOBALS: Record<string, ValueKind> = {
  '$Flow.CurrentDateTime': 'dateTime',
  '$Flow.CurrentDate': 'date',
  '$Flow.FaultMessage': 'text',
  '$Flow.InterviewGuid': 'text',
  '$GlobalConstant.True': 'boolean',
  '$GlobalConstant.False': 'boolean',
  '$GlobalConstant.EmptyString': 'text',
  '$User.Id': 'text',
};

const FIELD_KINDS: Record<string, ValueKind> = { Checkbox: 'boolean', Boolean: 'boolean', DateTime: 'dateTime' };
const NUMBERS = ['Number', 'Currency', 'Percent'];

const LITERALS: Record<string, ValueKind> = {
  stringValue: 'text',
  booleanValue: 'boolean',
  numberValue: 'number',
  dateTimeValue: 'dateTime',
  dateValue: 'date',
};

/** The kind of value that a literal element (`stringValue`, …) holds; undefined for a reference. */
export function literalKind(element: string): ValueKind | undefined {
  return LITERALS[element];
}

/** The kind of value that a field or variable of this type holds. */
export function valueKind(type: string): ValueKind {
  if (type === 'Date') return 'date';
  if (type === 'SObject') return 'record';
  return FIELD_KINDS[type] ?? (NUMBERS.includes(type) ? 'number' : 'text');
}

/**
 * Says what a reference of a flow stands for (`$Record.Status`, `$Setup.X__c.Y__c`, a variable, a lookup's field).
 * @returns the kind of its value, or undefined when nothing of that name exists.
 */
export function resolveReference(loaded: MetadataPackage, flow: FlowModel, reference: string): ValueKind | undefined {
  const [first = '', ...rest] = reference.split('.');
  const path = rest.join('.');
  if (reference in GLOBALS) return GLOBALS[reference];
  if (first === '$Record' || first === '$Record__Prior') return fieldOrRecord(loaded, flow.object, path);
  if (first === '$Permission') return hasCustomPermission(loaded, path) ? 'boolean' : undefined;
  if (first === '$Setup') return settingField(loaded, rest);
  if (first.startsWith('$')) return undefined;
  return resolveOwn(loaded, flow, first, path);
}

/** True when the package defines the custom permission. */
export function hasCustomPermission(loaded: MetadataPackage, name: string): boolean {
  return loaded.files.some((file) => file.suffix === 'customPermission' && file.fullName === name);
}

function fieldOrRecord(loaded: MetadataPackage, object: string, path: string): ValueKind | undefined {
  if (path === '') return 'record';
  const field = findField(loaded, object, path);
  return field === undefined ? undefined : valueKind(field.type);
}

function settingField(loaded: MetadataPackage, [object = '', ...path]: string[]): ValueKind | undefined {
  const isSetting = textOf(loaded.objects.get(object)?.root, 'customSettingsType') !== undefined;
  return isSetting && path.length === 1 ? fieldOrRecord(loaded, object, path.join('.')) : undefined;
}

function resolveOwn(loaded: MetadataPackage, flow: FlowModel, name: string, path: string): ValueKind | undefined {
  const resource = [...childrenNamed(flow.file.root, 'variables'), ...childrenNamed(flow.file.root, 'formulas')].find(
    (each) => textOf(each, 'name') === name,
  );
  if (resource !== undefined) {
    const type = textOf(resource, 'dataType') ?? 'String';
    if (path === '') return valueKind(type);
    return fieldOrRecord(loaded, textOf(resource, 'objectType') ?? '', path);
  }
  const lookup = childrenNamed(flow.file.root, 'recordLookups').find((each) => textOf(each, 'name') === name);
  return lookup === undefined ? undefined : fieldOrRecord(loaded, textOf(lookup, 'object') ?? '', path);
}
