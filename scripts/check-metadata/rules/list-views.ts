import { basename, dirname } from 'node:path';
import { findField } from '../field-lookup.ts';
import type { Finding } from '../finding.ts';
import { filesOf, type MetadataFile, type MetadataPackage, picklistValues } from '../load-package.ts';
import { repeated } from '../repeated.ts';
import { METADATA_TYPE_COLUMNS, MOST_COLUMNS, STANDARD_COLUMNS } from '../tables/list-view-table.ts';
import { childrenNamed, textOf, type XmlElement } from '../xml-element.ts';

/** List views show and filter by fields that are there, and compare them with values that they can have. */
export function checkListViews(loaded: MetadataPackage): Finding[] {
  return filesOf(loaded, 'listView').flatMap((view) =>
    problemsOf(loaded, view).map((message) => ({ rule: 'list-view', file: view.path, message })),
  );
}

function problemsOf(loaded: MetadataPackage, { path, root }: MetadataFile): string[] {
  const object = basename(dirname(dirname(path)));
  const columns = childrenNamed(root, 'columns').map(({ text }) => text);
  const unknown = columns.filter((name) => !isColumn(loaded, object, name));
  return [
    ...unknown.map((name) => `${object} has no column ${name}`),
    ...repeated(columns).map((name) => `the column ${name} is there twice`),
    ...(columns.length > MOST_COLUMNS ? [`${columns.length} columns, at most ${MOST_COLUMNS}`] : []),
    ...childrenNamed(root, 'filters').flatMap((filter) => problemOfFilter(loaded, object, filter)),
  ];
}

function isColumn(loaded: MetadataPackage, object: string, name: string): boolean {
  const ofAll = object.endsWith('__mdt') ? METADATA_TYPE_COLUMNS : STANDARD_COLUMNS;
  return ofAll.includes(name) || (name.endsWith('__c') && findField(loaded, object, name) !== undefined);
}

function problemOfFilter(loaded: MetadataPackage, object: string, filter: XmlElement): string[] {
  const [name, value] = [textOf(filter, 'field') ?? '', textOf(filter, 'value') ?? ''];
  const field = loaded.fields.get(object)?.get(name);
  if (field === undefined) return [`${object} has no field ${name} to filter by`];
  if (field.type === 'Checkbox' && value !== '0' && value !== '1')
    return [`${name} is a checkbox: 0 or 1, not "${value}"`];
  const allowed = picklistValues(field);
  const isMissing = field.type === 'Picklist' && !value.split(',').every((one) => allowed.includes(one));
  return isMissing ? [`${name} is never "${value}", but ${allowed.join(', ')}`] : [];
}
