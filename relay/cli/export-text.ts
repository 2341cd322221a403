import type { ExportSummary } from '../pipeline/csv-export/export-users.ts';
import { reasonTable } from './reason-table.ts';

const WHY_LEFT = {
  formula: 'a spreadsheet would run one of their values as a formula',
  unprintable: 'one of their values has a line break or another character that does not print',
} as const;

/** What a person reads once the files are there. */
export function exportText(summary: ExportSummary, warnings: readonly string[], folder: string): string {
  const { files, usersWithoutAddress, usersBeyondAscii, leftToSync, addressesLeftOut, tagsWithoutColumn } = summary;
  const { shared, optedOutBeside, off } = addressesLeftOut;
  return [
    reasonTable(summary.reasons),
    ...warnings.map((warning) => `Warning: ${warning}.`),
    ...leftToSync.map(
      ({ why, users, examples }) =>
        `${users} users are left to the sync: ${WHY_LEFT[why]} (for example ${examples.join(', ')}).`,
    ),
    tagsWithoutColumn.length === 0
      ? ''
      : `Left to the sync, since an import has no column for them: the tags ${tagsWithoutColumn.join(', ')}.`,
    shared + optedOutBeside + off === 0
      ? ''
      : `Addresses in no row: ${shared} that another user has, ${off} that were switched off in OneSignal, ` +
        `${optedOutBeside} that the person opts out of, but not of the one in the row.`,
    usersWithoutAddress === 0
      ? ''
      : `${usersWithoutAddress} rows have no email or phone number: OneSignal imports them only for users that it has.`,
    usersBeyondAscii === 0
      ? ''
      : `${usersBeyondAscii} rows hold letters beyond ASCII: import a few of them first, and look at what came of them.`,
    ...files.map(({ name, rows, bytes }) => `${folder}/${name}: ${rows} rows, ${bytes} bytes`),
    `${summary.records} records, ${summary.users} users in ${files.length} files. Nothing was sent.`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}
