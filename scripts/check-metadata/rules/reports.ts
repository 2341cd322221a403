import { basename, dirname } from 'node:path';
import type { Finding } from '../finding.ts';
import { filesOf, type MetadataFile, type MetadataPackage, picklistValues } from '../load-package.ts';
import { repeated } from '../repeated.ts';
import { MOST_GROUPINGS } from '../tables/report-table.ts';
import { child, childrenNamed, textOf, type XmlElement } from '../xml-element.ts';
import { columnsOf } from './report-types.ts';

/**
 * Reports lie in a folder of the package and show, group and filter by columns of a report type of the package. A report
 * calls the type `Name__c` and its columns `Object$Field`, reads all records by the scope `organization`, and all time by
 * a custom interval without a start, as in
 * https://github.com/EasyLegalGroup/dfj-salesforce/blob/3aa19d767ccda565214ada21a4d027750425ff43/force-app/main/default/reports/LeadReports/MeetingBookers/Booket_Mde_med_Orders_KHe.report-meta.xml
 */
export function checkReports(loaded: MetadataPackage): Finding[] {
  return filesOf(loaded, 'report').flatMap((report) =>
    problemsOf(loaded, report).map((message) => ({ rule: 'report', file: report.path, message })),
  );
}

function problemsOf(loaded: MetadataPackage, { path, root }: MetadataFile): string[] {
  const folder = basename(dirname(path));
  const isThere = filesOf(loaded, 'reportFolder').some(({ fullName }) => fullName === folder);
  const name = textOf(root, 'reportType') ?? '';
  const type = filesOf(loaded, 'reportType').find(({ fullName }) => `${fullName}__c` === name);
  if (type === undefined) return [`there is no report type ${name}`];
  return [
    ...(isThere ? [] : [`there is no report folder ${folder}`]),
    ...(textOf(root, 'scope') === 'organization' ? [] : ['its scope must be organization: all records']),
    ...problemsOfGroupings(root),
    ...problemsOfColumns(root, columnsOf(type.root)),
    ...filtersOf(root).flatMap((filter) => problemOfFilter(loaded, filter)),
  ];
}

function problemsOfGroupings(root: XmlElement): string[] {
  const [grouped, shown] = [fieldsIn(root, 'groupingsDown'), fieldsIn(root, 'columns')];
  const format = textOf(root, 'format');
  return [
    ...(format === 'Summary' && grouped.length === 0 ? ['a summary report groups by something'] : []),
    ...(format === 'Tabular' && grouped.length > 0 ? ['a plain list has no groupings'] : []),
    ...(grouped.length > MOST_GROUPINGS ? [`${grouped.length} groupings, at most ${MOST_GROUPINGS}`] : []),
    ...repeated([...grouped, ...shown]).map((name) => `${name} is there twice: a grouping is no column`),
  ];
}

function problemsOfColumns(root: XmlElement, known: readonly string[]): string[] {
  const dated = textOf(child(root, 'timeFrameFilter'), 'dateColumn');
  const used = [
    ...fieldsIn(root, 'columns'),
    ...fieldsIn(root, 'groupingsDown'),
    ...filtersOf(root).map((filter) => textOf(filter, 'column') ?? ''),
    ...(dated === undefined ? [] : [dated]),
  ];
  return [...new Set(used)].filter((name) => !known.includes(name)).map((name) => `its type has no column ${name}`);
}

/** A blank value asks whether there is any. */
function problemOfFilter(loaded: MetadataPackage, filter: XmlElement): string[] {
  const [object = '', name = ''] = (textOf(filter, 'column') ?? '').split('$');
  const field = loaded.fields.get(object)?.get(name);
  const value = textOf(filter, 'value');
  if (field?.type !== 'Picklist' || value === undefined) return [];
  const allowed = picklistValues(field);
  return value.split(',').every((one) => allowed.includes(one))
    ? []
    : [`${name} is never "${value}", but ${allowed.join(', ')}`];
}

function filtersOf(root: XmlElement): XmlElement[] {
  return childrenNamed(child(root, 'filter'), 'criteriaItems');
}

function fieldsIn(root: XmlElement, element: string): string[] {
  return childrenNamed(root, element).map((each) => textOf(each, 'field') ?? '');
}
