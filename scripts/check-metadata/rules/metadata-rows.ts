import { findField } from '../field-lookup.ts';
import type { Finding } from '../finding.ts';
import { filesOf, isExample, type MetadataFile, type MetadataPackage, picklistValues } from '../load-package.ts';
import { child, childrenNamed, textOf, type XmlElement } from '../xml-element.ts';

const XSD_TYPE: Record<string, string> = { Checkbox: 'xsd:boolean', Number: 'xsd:double', DateTime: 'xsd:dateTime' };

/** Rows of custom metadata have fields and values that their type knows; only examples have rows that admins may edit. */
export function checkMetadataRows(loaded: MetadataPackage): Finding[] {
  const rows = filesOf(loaded, 'md');
  return [...rows.flatMap((row) => checkRow(loaded, row)), ...checkStages(rows)];
}

function checkRow(loaded: MetadataPackage, row: MetadataFile): Finding[] {
  const type = `${row.fullName.split('.')[0]}__mdt`;
  const finding = (message: string): Finding => ({ rule: 'metadata-row', file: row.path, message });
  if (!loaded.objects.has(type)) return [finding(`there is no type ${type}`)];
  const findings: Finding[] = [];
  // An upgrade of an unlocked package overwrites the rows that it ships, and with them the edits of the admin.
  if (!isExample(row) && mayBeEdited(loaded, type)) findings.push(finding('the package ships no rows'));
  const values = childrenNamed(row.root, 'values');
  findings.push(...values.flatMap((value) => checkValue(loaded, type, value).map(finding)));
  const missing = [...(loaded.fields.get(type)?.values() ?? [])].filter(
    (field) =>
      field.required && !values.some((value) => textOf(value, 'field') === field.name && textOf(value, 'value')),
  );
  findings.push(...missing.map((field) => finding(`${field.name} is required`)));
  const named = rowValue(row, 'Field__c');
  const object = rowValue(row, 'Object_Name__c');
  if (named !== undefined && object !== undefined && findField(loaded, object, named) === undefined) {
    findings.push(finding(`${object} has no field ${named}`));
  }
  return findings;
}

function mayBeEdited(loaded: MetadataPackage, type: string): boolean {
  const fields = [...(loaded.fields.get(type)?.values() ?? [])];
  return fields.some(({ element }) => textOf(element, 'fieldManageability') !== 'DeveloperControlled');
}

function checkValue(loaded: MetadataPackage, type: string, value: XmlElement): string[] {
  const name = textOf(value, 'field') ?? '';
  const field = loaded.fields.get(type)?.get(name);
  if (field === undefined) return [`${type} has no field ${name}`];
  const element = child(value, 'value');
  if (element === undefined || element.attributes['xsi:nil'] === 'true') return [];
  const messages: string[] = [];
  const wanted = XSD_TYPE[field.type] ?? 'xsd:string';
  if (element.attributes['xsi:type'] !== wanted) messages.push(`${name} needs xsi:type="${wanted}"`);
  const allowed = picklistValues(field);
  if (field.type === 'Picklist' && !allowed.includes(element.text)) {
    messages.push(`${name} is "${element.text}", not one of ${allowed.join(', ')}`);
  }
  const longest = Number(textOf(field.element, 'length') ?? Number.POSITIVE_INFINITY);
  if (element.text.length > longest) messages.push(`${name} is longer than ${longest} characters`);
  return messages;
}

/** Two active rows for one stage would leave it to chance which one counts. */
function checkStages(rows: MetadataFile[]): Finding[] {
  const keys = rows.map(
    (row) => `${row.fullName.split('.')[0]} ${rowValue(row, 'Object_Name__c')} ${rowValue(row, 'Stage__c')}`,
  );
  return rows
    .filter((row, index) => rowValue(row, 'Stage__c') !== undefined && keys.indexOf(keys[index] ?? '') !== index)
    .map((row) => ({ rule: 'metadata-row', file: row.path, message: 'another row maps the same stage' }));
}

function rowValue(row: MetadataFile, field: string): string | undefined {
  const value = childrenNamed(row.root, 'values').find((each) => textOf(each, 'field') === field);
  return textOf(value, 'value');
}
