import type { QueryRow } from '../org-contract.ts';
import { isObject } from './sent-fields.ts';

/**
 * Bulk results as lines of CSV, header first: every value quoted, a quote doubled, blanks empty, parents' fields by their
 * path, columns in the order of the query, LF line ends, DateTime with a Z where REST has +0000.
 * https://developer.salesforce.com/docs/platform/api-asynch/guide/query-get-job-results.md and
 * https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_date_format.htm
 */
export function* csvLines(rows: readonly QueryRow[], soql: string): Generator<string> {
  const columns = (/^\s*SELECT\s+(.+?)\s+FROM\s/is.exec(soql)?.[1] ?? '').split(',').map((column) => column.trim());
  yield line(columns);
  for (const row of rows) yield line(columns.map((column) => textAt(row, column)));
}

function line(values: readonly string[]): string {
  return `${values.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')}\n`;
}

function textAt(row: QueryRow, path: string): string {
  let value: unknown = row;
  for (const step of path.split('.')) value = isObject(value) ? value[step] : undefined;
  if (value === undefined || value === null) return '';
  return String(value).replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\+0000$/, '$1Z');
}
