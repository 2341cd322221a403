import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldValue, FieldValues } from '../org-contract.ts';
import { coerce } from './coerce.ts';
import { toStoredTime } from './datetime.ts';
import type { OrgState } from './org-state.ts';
import { tableOf } from './org-state.ts';
import type { FieldDef, ObjectDef } from './schema.ts';
import { fieldOf } from './schema.ts';
import { keyOf } from './table.ts';
import { validateRow } from './validate-row.ts';
import { MetadataError, readMetadata } from './xml.ts';

/** Writes the org default of the package's custom setting; undefined deletes it. Throws for a value Setup would refuse. */
export function setSettings(state: OrgState, values: FieldValues | undefined): void {
  const object = [...state.schema.objects.values()].find((candidate) => candidate.kind === 'setting');
  if (!object) throw new Error('the package has no custom setting');
  const table = tableOf(state, object);
  for (const row of [...table.values()]) table.remove(keyOf(row.Id));
  if (values === undefined) return;
  const now = toStoredTime(state.clock());
  const row: FieldValues = { ...blankRow(object), ...canonical(object, values) };
  row.Id = state.ids.next(object.prefix);
  row.SetupOwnerId = state.id;
  row.CreatedDate = now;
  row.LastModifiedDate = now;
  row.SystemModstamp = now;
  validateRow(state, object, row, null);
  table.put(keyOf(row.Id), row);
}

export function putMetadataRow(state: OrgState, type: string, developerName: string, values: FieldValues): void {
  const object = metadataType(state, type);
  const table = tableOf(state, object);
  const before = findRow(state, object, developerName);
  const { Label: label = developerName, ...own } = values;
  const row: FieldValues = { ...blankRow(object), ...(before ?? {}), ...canonical(object, own) };
  row.Id = before?.Id ?? state.ids.next(object.prefix);
  row.DeveloperName = developerName;
  row.MasterLabel = label;
  row.Label = label;
  row.QualifiedApiName = developerName;
  row.Language = 'en_US';
  row.SystemModstamp = toStoredTime(state.clock());
  validateRow(state, object, row, null);
  table.put(keyOf(row.Id), row);
}

export function removeMetadataRow(state: OrgState, type: string, developerName: string): void {
  const object = metadataType(state, type);
  const row = findRow(state, object, developerName);
  if (row) tableOf(state, object).remove(keyOf(row.Id));
}

/** Loads `customMetadata/*.md-meta.xml` of a package directory. */
export function loadMetadataRows(state: OrgState, packageDir: string, label: string): void {
  const folder = join(packageDir, 'customMetadata');
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder).sort()) {
    const node = readMetadata(join(folder, file), 'CustomMetadata', `${label}/customMetadata/${file}`);
    node.allowOnly(['label', 'protected', 'description', 'values']);
    const [type = '', developerName = ''] = file.replace('.md-meta.xml', '').split('.');
    const object = state.schema.object(`${type}__mdt`);
    if (!object) throw new MetadataError(node.where, `no custom metadata type ${type}__mdt`);
    const values: FieldValues = { Label: node.text('label') };
    for (const entry of node.nodes('values')) {
      const field = fieldOf(object, entry.allowOnly(['field', 'value']).text('field'));
      if (!field) throw new MetadataError(node.where, `no field ${entry.text('field')}`);
      values[field.name] = fromText(field, entry.optional('value') ?? '');
    }
    putMetadataRow(state, object.name, developerName, values);
  }
}

function fromText(field: FieldDef, text: string): FieldValue {
  if (field.type === 'boolean') return text === 'true';
  if (text === '') return null;
  return field.type === 'double' ? Number(text) : text;
}

function metadataType(state: OrgState, type: string): ObjectDef {
  const object = state.schema.object(type);
  if (object?.kind !== 'metadata') throw new Error(`no custom metadata type ${type}`);
  return object;
}

function findRow(state: OrgState, object: ObjectDef, developerName: string): FieldValues | undefined {
  for (const row of tableOf(state, object).values()) if (row.DeveloperName === developerName) return row;
  return undefined;
}

function blankRow(object: ObjectDef): FieldValues {
  return Object.fromEntries([...object.fields.values()].map((field) => [field.name, field.defaultValue]));
}

function canonical(object: ObjectDef, values: FieldValues): FieldValues {
  const own: FieldValues = {};
  for (const [name, value] of Object.entries(values)) {
    const field = fieldOf(object, name);
    if (!field) throw new Error(`no field ${object.name}.${name}`);
    own[field.name] = coerce(object, field, value);
  }
  return own;
}
