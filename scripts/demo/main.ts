import { Command, InvalidArgumentError } from 'commander';
import { createLogger, SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { type RunningRelay, startRelay } from '../../test/emulators/running-relay.ts';
import type { BusEvent } from '../../test/emulators/salesforce/org-contract.ts';
import { startWorld, type World } from '../../test/emulators/world.ts';
import { existingFile } from '../existing-file.ts';
import type { Story } from './play.ts';
import { realLeads } from './real-leads.ts';
import { salesDay } from './sales-day.ts';
import { prepareSampleOrg, SAMPLE_ORG } from './sample-org.ts';
import { type Summary, summarize } from './summary.ts';
import { createChangeTable } from './table.ts';
import { verify } from './verify.ts';

interface DemoOptions {
  exit?: true;
  json?: true;
  leads?: string;
  deals?: string;
  rate?: number;
}

/** Problems printed in full; more are counted. */
const MOST_PROBLEMS = 20;
/** Far beyond what the demo takes, so that a relay that hangs is a failure and not a wait. */
const DEADLINE_MS = 600_000;

async function demo(options: DemoOptions): Promise<number> {
  const say = options.json ? () => undefined : (line: string) => process.stdout.write(`${line}\n`);
  const world = await startWorld(SAMPLE_ORG);
  const events: BusEvent[] = [];
  world.org.onPublish((event) => events.push(event));
  prepareSampleOrg(world);
  const logger = options.json ? SILENT_LOGGER : createLogger({ level: 'error', format: 'pretty' });
  const running = await startRelay(world, { logger });
  say(
    `Salesforce (emulated) at ${world.salesforce.url}, OneSignal (emulated) at ${world.onesignal.url}, the relay between them.`,
  );
  try {
    const story =
      options.leads === undefined
        ? salesDay(world)
        : realLeads(world, { leads: options.leads, deals: options.deals }, options.rate);
    await play(story, world, running, say);
    const problems = verify(world, story.followed());
    report(problems, summarize(world, story.followed(), events), options, say);
    if (!options.exit) await untilInterrupted(say);
    return problems.length === 0 ? 0 : 1;
  } finally {
    await running.stop();
    await world.close();
  }
}

async function play(story: Story, world: World, running: RunningRelay, say: (line: string) => void): Promise<void> {
  const changed = createChangeTable(world);
  for (const scene of story.scenes) {
    say(`\n${scene.title}`);
    const progress = story.isCrowd ? setInterval(() => void sayProgress(world, running, say), 2_000) : undefined;
    await scene.play();
    await running.settled(DEADLINE_MS).finally(() => clearInterval(progress));
    if (!story.isCrowd) say(changed(story.followed()) ?? '(nothing changed)');
  }
}

async function sayProgress(world: World, running: RunningRelay, say: (line: string) => void): Promise<void> {
  const { due, pendingWriteBacks } = await running.store.counts();
  say(`  ${world.org.counters.published} events published, ${due} records due, ${pendingWriteBacks} statuses to write`);
}

function report(
  problems: readonly string[],
  summary: Summary,
  options: DemoOptions,
  say: (line: string) => void,
): void {
  for (const problem of problems.slice(0, MOST_PROBLEMS)) process.stderr.write(`WRONG: ${problem}\n`);
  if (problems.length > MOST_PROBLEMS) process.stderr.write(`WRONG: and ${problems.length - MOST_PROBLEMS} more\n`);
  const { records, synced, skipped, failed, events, onesignal_requests, salesforce_requests, p95_latency_ms } = summary;
  const verdict = problems.length === 0 ? 'All as it must be' : `${problems.length} things are not as they must be`;
  const counts = `${records} records: ${synced} synced, ${skipped} skipped, ${failed} failed`;
  const costs = `${events} events, ${onesignal_requests} OneSignal requests, ${salesforce_requests} Salesforce requests`;
  say(`\n${verdict}. ${counts}; ${costs}; p95 latency ${p95_latency_ms} ms.`);
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
}

function untilInterrupted(say: (line: string) => void): Promise<void> {
  say('The relay goes on; end it with Ctrl-C.');
  return new Promise((resolve) => {
    const awake = setInterval(() => undefined, 60_000);
    process.once('SIGINT', () => {
      clearInterval(awake);
      resolve();
    });
  });
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

const program = new Command('demo')
  .description('Plays a sales day through the relay, with Salesforce and OneSignal emulated.')
  .option('--exit', 'end when all is settled; exit 1 if anything ended other than it must')
  .option('--json', 'print one JSON summary on the last line')
  .option(
    '--leads <file>',
    'play real leads from a CSV instead: mql_id, first_contact_date (DD-MM-YYYY), origin',
    existingFile,
  )
  .option('--deals <file>', 'with --leads: which of them were won: mql_id, won_date (DD-MM-YYYY HH:MM)', existingFile)
  .option('--rate <changes>', 'with --leads: changes a second (default: as fast as it goes)', positiveNumber)
  .parse();
process.exitCode = await demo(program.opts<DemoOptions>());
