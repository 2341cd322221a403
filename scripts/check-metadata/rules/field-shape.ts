import type { Finding } from '../finding.ts';
import { type CustomField, type MetadataPackage, picklistValues } from '../load-package.ts';
import { child, textOf } from '../xml-element.ts';

/** Field types that a platform event may have. https://developer.salesforce.com/docs/platform/platform-events/guide/platform-events-define-ui.html */
const EVENT_TYPES = ['Text', 'LongTextArea', 'Number', 'Checkbox', 'Date', 'DateTime'];
/** Custom settings have no picklists, lookups or formulas. https://help.salesforce.com/s/articleView?id=platform.cs_add_fields.htm */
const SETTING_TYPES = [
  'Text',
  'TextArea',
  'Number',
  'Percent',
  'Currency',
  'Checkbox',
  'Date',
  'DateTime',
  'Email',
  'Phone',
  'Url',
];
/** https://help.salesforce.com/s/articleView?id=platform.custommetadatatypes_fields.htm */
const METADATA_TYPES = [
  'Text',
  'TextArea',
  'LongTextArea',
  'Number',
  'Percent',
  'Checkbox',
  'Date',
  'DateTime',
  'Email',
  'Phone',
  'Picklist',
  'Url',
  'MetadataRelationship',
];

/** Field types are legal for their object, and each has what its type needs. */
export function checkFieldShapes(loaded: MetadataPackage): Finding[] {
  const fields = [...loaded.fields.values()].flatMap((byName) => [...byName.values()]);
  return fields.flatMap((field) => [
    ...checkObject(loaded, field),
    ...checkTypeForObject(loaded, field),
    ...missingFor(field).map((message) => ({ rule: 'field-shape', file: field.file, message })),
  ]);
}

function checkObject(loaded: MetadataPackage, field: CustomField): Finding[] {
  const isStandard = !field.object.includes('__');
  if (isStandard || loaded.objects.has(field.object)) return [];
  return [{ rule: 'field-shape', file: field.file, message: `no object file for ${field.object}` }];
}

function checkTypeForObject(loaded: MetadataPackage, field: CustomField): Finding[] {
  const { object, type, file, formula } = field;
  const isSetting = textOf(loaded.objects.get(object)?.root, 'customSettingsType') !== undefined;
  const [rule, allowed] = object.endsWith('__e')
    ? (['event-field-type', EVENT_TYPES] as const)
    : object.endsWith('__mdt')
      ? (['mapping-field-type', METADATA_TYPES] as const)
      : isSetting
        ? (['setting-field-type', SETTING_TYPES] as const)
        : (['', undefined] as const);
  if (allowed === undefined) return [];
  if (formula !== undefined) return [{ rule, file, message: `${object} cannot have a formula field` }];
  return allowed.includes(type) ? [] : [{ rule, file, message: `${object} cannot have a ${type} field` }];
}

/** What a field of this type lacks or has too much, in words. */
function missingFor(field: CustomField): string[] {
  const { element, type, formula } = field;
  const messages: string[] = [];
  const needs = (name: string): void => {
    if (child(element, name) === undefined) messages.push(`a ${type} field needs <${name}>`);
  };
  needs('fullName');
  needs('label');
  needs('type');
  needs('description');
  if (formula !== undefined) return [...messages, ...formulaShape(field)];
  if (type === 'Text') {
    needs('length');
    const length = Number(textOf(element, 'length') ?? 1);
    if (length < 1 || length > 255) messages.push(`a Text field is 1 to 255 characters long, not ${length}`);
  }
  if (type === 'Number') {
    needs('precision');
    needs('scale');
    const [precision, scale] = ['precision', 'scale'].map((name) => Number(textOf(element, name) ?? 0));
    if ((precision ?? 0) > 18 || (scale ?? 0) > (precision ?? 0)) messages.push('a Number has at most 18 digits');
  }
  messages.push(...keyShape(field));
  if (type === 'Checkbox') {
    needs('defaultValue');
    if (field.required) messages.push('a Checkbox field cannot be required');
  }
  if (type === 'Picklist') messages.push(...picklistShape(field));
  if (field.object.endsWith('__mdt')) needs('fieldManageability');
  else if (child(element, 'fieldManageability') !== undefined) {
    messages.push('only custom metadata fields have <fieldManageability>');
  }
  return messages;
}

/** Only fields of records can be keys, and only of some types; an event has no name field either. */
function keyShape(field: CustomField): string[] {
  const canBeKey = !/__(e|mdt)$/.test(field.object) && ['Text', 'Number', 'Email', 'AutoNumber'].includes(field.type);
  const flags = canBeKey ? ['isNameField'] : ['externalId', 'unique', 'isNameField'];
  return flags
    .filter((flag) => textOf(field.element, flag) === 'true')
    .map((flag) => `${field.name} cannot have <${flag}> true`);
}

function formulaShape(field: CustomField): string[] {
  return ['length', 'defaultValue', 'valueSet']
    .filter((name) => child(field.element, name) !== undefined)
    .map((name) => `a formula field has no <${name}>`);
}

function picklistShape(field: CustomField): string[] {
  const values = picklistValues(field).map((value) => value ?? '');
  if (values.length === 0) return ['a Picklist field needs a <valueSet> with values'];
  const doubled = values.find((value, index) => values.indexOf(value) !== index);
  return doubled === undefined ? [] : [`the value "${doubled}" is there twice`];
}
