import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import type { Environment } from '../config/environment.ts';
import { RelayError } from '../config/relay-error.ts';
import type { ConversionRow, Conversions } from '../server/console/contract.ts';
import { readConversions } from '../server/console/conversions.ts';
import { openCommandStore } from './command-store.ts';
import type { Print } from './print.ts';

/** As long as events can be kept. */
const MOST_DAYS = 365;

export interface ReportOptions {
  days?: string | undefined;
  json?: boolean | undefined;
  csv?: boolean | undefined;
}

/**
 * Prints which messages moved whom, beside a running relay or alone.
 * @throws RelayError COMMAND_INVALID, and as opening the store does
 */
export async function reportConversions(environment: Environment, options: ReportOptions, print: Print): Promise<void> {
  if (options.json === true && options.csv === true)
    throw new RelayError('COMMAND_INVALID', '--json and --csv exclude each other.');
  const days = daysOf(options.days ?? '30');
  const { store } = await openCommandStore(environment);
  try {
    const conversions = await readConversions(store, { days, influenceHours: environment.influenceHours });
    if (options.json === true)
      print(JSON.stringify({ ...conversions, from: new Date(conversions.from).toISOString() }));
    else print(options.csv === true ? asCsv(conversions) : asText(conversions, environment));
  } finally {
    await store.close();
  }
}

function daysOf(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days;
  throw new RelayError('COMMAND_INVALID', `--days is not a whole number from 1 to ${MOST_DAYS}.`);
}

function asCsv({ rows }: Conversions): string {
  const head = ['message_id', 'message', 'object', 'stage', 'reached', 'engaged', 'moved_on', 'share'];
  const lines = rows.map((row) => [
    ...[row.messageId, row.messageName, row.object, row.stage, row.reached, row.engaged, row.movedOn],
    row.share === null ? '' : row.share.toFixed(4),
  ]);
  return stringify([head, ...lines], { escape_formulas: true }).trimEnd();
}

function asText({ rows, windowHours, from }: Conversions, { webhook, retentionDays }: Environment): string {
  const since = new Date(from).toISOString().slice(0, 10);
  if (rows.length === 0) {
    const why = webhook === undefined ? ' RELAY_WEBHOOK_TOKEN is not set: docs/engagement.md.' : '';
    return `No message reached anybody since ${since}, as far as OneSignal told.${why}`;
  }
  const table = new Table({
    head: ['message', 'object', 'stage', 'reached', 'engaged', 'moved on', 'share'],
    colWidths: [44, 9, 26, 9, 9, 10, 8],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right', 'right'],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const row of rows)
    table.push([nameOf(row), row.object, row.stage, row.reached, row.engaged, row.movedOn, shareOf(row)]);
  return [
    table.toString(),
    `Since ${since}; events are kept for ${retentionDays} days. Moved on: came to another stage within ${windowHours} hours of`,
    'opening or clicking, with this message as the last. It says what came before a move, not why (docs/engagement.md).',
  ].join('\n');
}

function nameOf({ messageId, messageName }: ConversionRow): string {
  return messageName ?? messageId;
}

function shareOf({ share }: ConversionRow): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`;
}
