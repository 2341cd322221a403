import { findField, isKnownObject } from '../field-lookup.ts';
import type { Finding } from '../finding.ts';
import { filesOf, type MetadataFile, type MetadataPackage } from '../load-package.ts';
import { repeated } from '../repeated.ts';
import { childrenNamed, textOf, type XmlElement } from '../xml-element.ts';

/** Report types offer fields that their object has, each once, to everybody. */
export function checkReportTypes(loaded: MetadataPackage): Finding[] {
  return filesOf(loaded, 'reportType').flatMap((type) =>
    problemsOf(loaded, type).map((message) => ({ rule: 'report-type', file: type.path, message })),
  );
}

/** The columns of a report type, as reports call them: `Lead$Name`. */
export function columnsOf(root: XmlElement): string[] {
  return columnElements(root).map((column) => `${textOf(column, 'table')}$${textOf(column, 'field')}`);
}

function columnElements(root: XmlElement): XmlElement[] {
  return childrenNamed(root, 'sections').flatMap((section) => childrenNamed(section, 'columns'));
}

function problemsOf(loaded: MetadataPackage, { root }: MetadataFile): string[] {
  const object = textOf(root, 'baseObject') ?? '';
  if (!isKnownObject(loaded, object)) return [`there is no object ${object}`];
  return [
    ...(textOf(root, 'deployed') === 'true' ? [] : ['it is in development: only its authors see it']),
    ...columnElements(root).flatMap((column) => problemOfColumn(loaded, object, column)),
    ...repeated(columnsOf(root)).map((column) => `the column ${column} is there twice`),
  ];
}

function problemOfColumn(loaded: MetadataPackage, object: string, column: XmlElement): string[] {
  const [table, field] = [textOf(column, 'table') ?? '', textOf(column, 'field') ?? ''];
  if (table !== object) return [`${table} is not ${object}, the object that it reports on`];
  return isColumn(loaded, object, field) ? [] : [`${object} has no field ${field}`];
}

/**
 * A field by its API name, a lookup without its `Id`, as Salesforce writes them: `Owner` and `IsConverted` in
 * https://github.com/carestone-sf/salesforce/blob/3b35c63b6af9ecbe5b1c6e93b15211669de368f0/force-app/main/default/reportTypes/Leads.reportType-meta.xml
 * and `Account` in
 * https://github.com/amolkulkarni-hue/IRMDev/blob/ac06623cb5020818fa0598a34adc5316e2643339/force-app/main/default/reportTypes/Contacts.reportType-meta.xml
 */
function isColumn(loaded: MetadataPackage, object: string, name: string): boolean {
  const lookup = findField(loaded, object, `${name}Id`);
  if (lookup?.type === 'Lookup') return true;
  const field = findField(loaded, object, name);
  return field !== undefined && field.type !== 'Lookup';
}
