import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldValue } from '../org-contract.ts';
import type { FieldDef, FieldType, ObjectDef, ObjectKind, PicklistValue, Schema } from './schema.ts';
import { fieldMap, fieldOf, plainField } from './schema.ts';
import { systemFields } from './standard-objects.ts';
import type { XmlNode } from './xml.ts';
import { MetadataError, readMetadata } from './xml.ts';

const types: Record<string, FieldType> = {
  Text: 'string',
  TextArea: 'textarea',
  LongTextArea: 'textarea',
  Picklist: 'picklist',
  DateTime: 'datetime',
  Date: 'date',
  Checkbox: 'boolean',
  Number: 'double',
  Email: 'email',
  Phone: 'phone',
  Url: 'url',
};

/** Field types that an event may have: no picklist, lookup or formula. */
const eventTypes = ['Text', 'LongTextArea', 'Number', 'Checkbox', 'Date', 'DateTime'];

const fieldElements = [
  ...['fullName', 'label', 'type', 'length', 'externalId', 'unique', 'required', 'description', 'inlineHelpText'],
  ...['trackHistory', 'trackTrending', 'trackFeedHistory', 'defaultValue', 'formula', 'formulaTreatBlanksAs'],
  ...['valueSet', 'fieldManageability', 'precision', 'scale', 'caseSensitive', 'visibleLines'],
  ...['securityClassification', 'complianceGroup', 'isFilteringDisabled', 'isNameField', 'isSortingDisabled'],
];

/** Folders of an object that change nothing about how a record is saved or read. */
const harmlessFolders = ['fields', 'listViews', 'compactLayouts', 'webLinks'];

/** Adds the objects and fields of a package directory to the schema. */
export function loadObjects(schema: Schema, packageDir: string, label: string): void {
  const folder = join(packageDir, 'objects');
  if (!existsSync(folder)) return;
  const names = readdirSync(folder).sort();
  for (const name of names) {
    const file = join(folder, name, `${name}.object-meta.xml`);
    if (existsSync(file)) loadObject(schema, name, readMetadata(file, 'CustomObject', `${label}/objects/${name}`));
    const object = schema.object(name);
    if (!object) throw new MetadataError(`${label}/objects/${name}`, 'is neither emulated nor defined by a file');
    for (const inner of readdirSync(join(folder, name), { withFileTypes: true })) {
      if (inner.isDirectory() && !harmlessFolders.includes(inner.name)) {
        throw new MetadataError(`${label}/objects/${name}/${inner.name}`, 'is not emulated');
      }
    }
    loadFields(object, join(folder, name, 'fields'), `${label}/objects/${name}`);
  }
}

function loadFields(object: ObjectDef, folder: string, label: string): void {
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder).sort()) {
    const node = readMetadata(join(folder, file), 'CustomField', `${label}/fields/${file}`);
    const field = customField(node, object);
    if (fieldOf(object, field.name)) throw new MetadataError(node.where, `field ${field.name} exists twice`);
    object.fields.set(field.name.toLowerCase(), field);
  }
}

const prefixes: Record<Exclude<ObjectKind, 'setup'>, string> = {
  standard: '',
  event: 'e00',
  setting: 'a00',
  metadata: 'm00',
};

function loadObject(schema: Schema, name: string, node: XmlNode): void {
  const suffix = name.slice(name.lastIndexOf('__'));
  if (schema.object(name)) return;
  const common = ['label', 'pluralLabel', 'description', 'visibility'];
  let kind: keyof typeof prefixes;
  if (suffix === '__e') {
    kind = 'event';
    node.allowOnly([...common, 'deploymentStatus', 'eventType', 'publishBehavior']);
    if (node.text('eventType') !== 'HighVolume') throw new MetadataError(node.where, 'only HighVolume events exist');
  } else if (suffix === '__mdt') {
    kind = 'metadata';
    node.allowOnly(common);
  } else if (node.optional('customSettingsType') === 'Hierarchy') {
    kind = 'setting';
    node.allowOnly([...common, 'customSettingsType', 'enableFeeds']);
  } else {
    throw new MetadataError(node.where, 'custom objects other than events, settings and metadata are not emulated');
  }
  const sameKind = [...schema.objects.values()].filter((object) => object.kind === kind).length;
  schema.add({
    name,
    label: node.text('label'),
    kind,
    prefix: prefixes[kind].slice(0, 2) + sameKind.toString(36),
    fields: fieldMap(builtInFields(kind)),
    publishBehavior: kind === 'event' ? publishBehavior(node) : null,
  });
}

function publishBehavior(node: XmlNode): 'PublishAfterCommit' | 'PublishImmediately' {
  const value = node.text('publishBehavior');
  if (value !== 'PublishAfterCommit' && value !== 'PublishImmediately') {
    throw new MetadataError(node.where, `publishBehavior ${value} is unknown`);
  }
  return value;
}

function builtInFields(kind: ObjectKind): FieldDef[] {
  const always = { permissionName: null, system: true };
  if (kind === 'event') return [];
  if (kind === 'setting') {
    return [
      ...systemFields(),
      plainField('Name', 'string', { ...always, length: 38 }),
      plainField('SetupOwnerId', 'reference', { ...always, length: 18 }),
    ];
  }
  return [
    plainField('Id', 'id', { ...always, length: 18 }),
    plainField('DeveloperName', 'string', { ...always, length: 40 }),
    plainField('MasterLabel', 'string', { ...always, length: 40 }),
    plainField('Label', 'string', { ...always, length: 40 }),
    plainField('QualifiedApiName', 'string', { ...always, length: 70 }),
    plainField('NamespacePrefix', 'string', { ...always, length: 15 }),
    plainField('Language', 'string', { ...always, length: 40 }),
    plainField('SystemModstamp', 'datetime', always),
  ];
}

function customField(node: XmlNode, object: ObjectDef): FieldDef {
  node.allowOnly(fieldElements);
  const name = node.text('fullName');
  const declared = node.text('type');
  const type = types[declared];
  if (!type) throw new MetadataError(node.where, `field type ${declared} is not emulated`);
  const formula = node.optional('formula');
  if (object.kind === 'event' && (!eventTypes.includes(declared) || formula !== undefined)) {
    // https://developer.salesforce.com/docs/platform/platform-events/guide/platform-events-define-ui.md
    throw new MetadataError(node.where, `an event can't have a ${formula === undefined ? declared : 'formula'} field`);
  }
  if (node.flag('unique')) throw new MetadataError(node.where, 'unique fields are not emulated');
  const required = node.flag('required');
  const picklist = type === 'picklist' ? picklistValues(node) : null;
  const field = plainField(name, type, {
    label: node.text('label'),
    length: lengthOf(node, declared, formula),
    custom: true,
    required,
    permissionName: object.kind === 'standard' && !required ? name : null,
    indexed: node.flag('externalId'),
    externalId: node.flag('externalId'),
    picklist: picklist?.values ?? null,
    restricted: picklist?.restricted ?? false,
    defaultValue: defaultValue(node, type, picklist?.fallback ?? null),
    formula:
      formula === undefined
        ? null
        : {
            source: formula,
            where: node.where,
            blanksAsZero: node.text('formulaTreatBlanksAs') === 'BlankAsZero',
            compiled: null,
          },
  });
  return field.formula ? { ...field, system: true, required: false, permissionName: name } : field;
}

function lengthOf(node: XmlNode, declared: string, formula: string | undefined): number {
  if (declared === 'Picklist' || declared === 'TextArea' || declared === 'Url') return 255;
  if (declared === 'Email') return 80;
  if (declared === 'Phone') return 40;
  if (declared !== 'Text' && declared !== 'LongTextArea') return 0;
  if (formula !== undefined) return 1300;
  const length = node.number('length');
  if (length === undefined) throw new MetadataError(node.where, `a ${declared} field needs a <length>`);
  return length;
}

function picklistValues(node: XmlNode): { values: PicklistValue[]; restricted: boolean; fallback: string | null } {
  const set = node.node('valueSet')?.allowOnly(['restricted', 'valueSetDefinition']);
  const definition = set?.node('valueSetDefinition')?.allowOnly(['sorted', 'value']);
  if (!set || !definition) throw new MetadataError(node.where, 'a picklist needs its own value set here');
  const entries = definition.nodes('value').map((entry) => {
    entry.allowOnly(['fullName', 'default', 'label', 'isActive', 'color', 'description']);
    const value = entry.text('fullName');
    return {
      value,
      label: entry.text('label'),
      active: entry.flag('isActive', true),
      isDefault: entry.flag('default'),
    };
  });
  return {
    values: entries.map(({ value, label, active }) => ({ value, label, active })),
    restricted: set.flag('restricted'),
    fallback: entries.find((entry) => entry.isDefault)?.value ?? null,
  };
}

/** Only literals: a default that is a formula of its own is not emulated. */
function defaultValue(node: XmlNode, type: FieldType, picklistDefault: string | null): FieldValue {
  const source = node.optional('defaultValue');
  if (type === 'boolean') return source === undefined ? false : node.flag('defaultValue');
  if (source === undefined) return picklistDefault;
  if (type === 'double' && /^-?\d+(\.\d+)?$/.test(source)) return Number(source);
  const quoted = /^"([^"\\]*)"$/.exec(source);
  if (quoted && (type === 'string' || type === 'textarea')) return quoted[1] ?? '';
  throw new MetadataError(node.where, `default value ${source} is not emulated`);
}
