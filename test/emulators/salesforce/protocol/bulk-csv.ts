import type { QueryRow } from '../org-contract.ts';
import { isObject } from './sent-fields.ts';

/** Bulk results as CSV: every value quoted, blanks empty, relationship fields by their path, LF line ends. */
export function csvOf(rows: QueryRow[], soql: string): string {
  const columns = (/^\s*SELECT\s+(.+?)\s+FROM\s/is.exec(soql)?.[1] ?? '').split(',').map((column) => column.trim());
  const lines = rows.map((row) => columns.map((column) => quote(valueAt(row, column))).join(','));
  return `${[columns.map(quote).join(','), ...lines].join('\n')}\n`;
}

function valueAt(row: QueryRow, path: string): string {
  let value: unknown = row;
  for (const step of path.split('.')) value = isObject(value) ? value[step] : undefined;
  return value === undefined || value === null ? '' : String(value);
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
