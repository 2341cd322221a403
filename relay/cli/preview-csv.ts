import { stringify } from 'csv-stringify/sync';
import type { UserPreview } from '../pipeline/preview/preview.ts';

const COLUMNS = [
  'record',
  'object',
  'stage',
  'status',
  'reason',
  'detail',
  'external_id',
  'action',
  'tags_added',
  'tags_changed',
  'tags_removed',
  'aliases_added',
  'aliases_changed',
  'aliases_removed',
];

export function csvHead(): string {
  return stringified([COLUMNS]);
}

/** A line a record; tags and aliases as `key=value`. What a spreadsheet would take for a formula is quoted. */
export function csvRows(users: readonly UserPreview[]): string {
  return stringified(
    users.flatMap(({ externalId, action, tags, aliases, records }) =>
      records.map(({ recordId, object, stage, status, reason, detail }) => [
        ...[recordId, object, stage, status, reason, detail, externalId, action],
        ...[tags, aliases].flatMap(({ added, changed, removed }) => [
          listed(added),
          listed(changed),
          removed.join('; '),
        ]),
      ]),
    ),
  );
}

function stringified(rows: readonly (readonly unknown[])[]): string {
  return stringify([...rows], { escape_formulas: true }).trimEnd();
}

function listed(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .map(([key, value]) => `${key}=${value}`)
    .join('; ');
}
