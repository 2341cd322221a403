import Table from 'cli-table3';
import type { Settings } from '../mapping/settings.ts';
import type { UserPreview } from '../pipeline/preview/preview.ts';
import type { PreviewSummary, StageCounts } from '../pipeline/preview/preview-tally.ts';
import type { Action, Difference } from '../pipeline/preview/user-difference.ts';
import { PLAIN, reasonTable } from './reason-table.ts';

const ACTION_WORDS: Readonly<Record<Action, string>> = {
  create: 'new to the relay: gets all of it',
  change: 'would change',
  clear: 'has no record any more: would be cleared',
  delete: 'would be deleted',
  none: 'nothing to send',
};

/** What a person reads: each user that was asked for, or tables of counts. */
export function previewText(
  summary: PreviewSummary,
  users: readonly UserPreview[],
  warnings: readonly string[],
  settings: Settings,
): string {
  return [
    ...users.map(userText),
    ...(users.length > 0 ? [] : [stageTable(summary.stages, settings), reasonTable(summary.reasons)]),
    ...warnings.map((warning) => `Warning: ${warning}.`),
    ...(settings.isPaused ? ['The sync is paused (Is_Paused__c): nothing is sent before it goes on.'] : []),
    closingLine(summary),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function userText({ externalId, action, tags, aliases, records }: UserPreview): string {
  const lines = records.map(
    ({ recordId, object, stage, status, reason, detail }) =>
      `${object} ${recordId} (${stage ?? 'no stage'}): ${status} ${reason}. ${detail}`,
  );
  if (externalId !== undefined) lines.push(`  OneSignal user ${externalId}: ${ACTION_WORDS[action]}`);
  return [...lines, ...differenceLines('tag', tags), ...differenceLines('alias', aliases)].join('\n');
}

function differenceLines(what: string, { added, changed, removed }: Difference): string[] {
  const line = (sign: string) => (pair: [string, string]) => `    ${sign} ${what} ${pair[0]} = ${pair[1]}`;
  return [
    ...Object.entries(added).map(line('+')),
    ...Object.entries(changed).map(line('~')),
    ...removed.map((key) => `    - ${what} ${key}`),
  ];
}

function stageTable(stages: readonly StageCounts[], settings: Settings): string {
  const table = new Table({
    head: ['object', 'stage', 'lifecycle stage', 'records', 'to be sent', 'synced', 'skipped', 'failed'],
    style: PLAIN,
  });
  const unmapped = settings.unmappedStage === 'Skip' ? '(unmapped)' : '(as it is)';
  for (const { object, stage, lifecycleStage, records, changing, byStatus } of stages) {
    const name = stage ?? '(none)';
    const becomes = stage === null ? '' : (lifecycleStage ?? unmapped);
    table.push([object, name, becomes, records, changing, byStatus.Synced, byStatus.Skipped, byStatus.Failed]);
  }
  return table.toString();
}

function closingLine({ records, users, tags }: PreviewSummary): string {
  const changes = users.change + users.clear + users.delete;
  return (
    `${records} records: ${users.create} users new to the relay, ${changes} would change, ${users.none} stay as they are; ` +
    `tags: ${tags.added} added, ${tags.changed} changed, ${tags.removed} removed. Nothing was sent.`
  );
}
