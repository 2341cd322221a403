import Table from 'cli-table3';
import type { World } from '../../test/emulators/world.ts';
import type { Follow } from './play.ts';
import { emailsOf } from './verify.ts';

const WIDTHS = [26, 24, 36, 40, 28];
/** Lines only around the head: a row's second line is indented by its empty first cell. */
const LINES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
const HEAD = [
  'record in Salesforce',
  'stage',
  'tags in OneSignal',
  'aliases and email in OneSignal',
  'status on the record',
];

/** The records that changed since the last call, as a table; undefined when none did. */
export function createChangeTable(world: World) {
  const shown = new Map<string, string>();

  return (follows: readonly Follow[]): string | undefined => {
    const table = new Table({
      head: HEAD,
      colWidths: WIDTHS,
      wordWrap: true,
      chars: LINES,
      style: { head: [], border: [] },
    });
    for (const follow of follows) {
      const row = rowOf(world, follow);
      const text = row.join('|');
      if (shown.get(follow.id) === text) continue;
      shown.set(follow.id, text);
      table.push(row);
    }
    return table.length === 0 ? undefined : table.toString();
  };
}

function rowOf(world: World, { object, id, name, expected, isMerged = false }: Follow): string[] {
  const record = world.org.peek(object, id) ?? {};
  const stage = object === 'Lead' ? record.Status : record.OneSignal_Lifecycle_Stage__c;
  const user = expected.user === undefined ? undefined : world.onesignal.users.byExternalId(expected.user);
  const tags = Object.entries(user?.tags ?? {}).filter(([key]) => !key.startsWith('app_tag_'));
  const others = Object.keys(user?.tags ?? {}).length - tags.length;
  const aliases = Object.entries(user?.aliases ?? {});
  const emails = Object.entries(emailsOf(user)).map(([email, state]) => `${email} (${state})`);
  return [
    `${object} ${name}`,
    String(stage ?? '(none)'),
    [...tags.map(([key, value]) => `${key}=${value}`), ...(others > 0 ? [`(${others} of the app's own)`] : [])].join(
      ' ',
    ),
    [...aliases.map(([label, value]) => `${label}=${value}`), ...emails].join(' '),
    isMerged ? 'merged' : `${record.OneSignal_Sync_Status__c ?? 'Not synced'} ${record.OneSignal_Sync_Reason__c ?? ''}`,
  ];
}
