#!/usr/bin/env -S GLIBC_TUNABLES=glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=8192:glibc.malloc.trim_threshold=65536 node --max-semi-space-size=8 --heap-growing-percent=65 --no-minor-gc-task --no-allocation-site-pretenuring --no-parallel-scavenge
// Garbage is collected early, but not before the young space is full; what is new is never put with what is old, and
// memory is not kept for each thread: the relay makes much garbage, keeps little, and shares its machine. What is young
// is collected by one thread, for which several take more of the processor together than they save.
// https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { readEnvironment } from '../config/environment.ts';
import { explainError, isRelayError } from '../config/relay-error.ts';
import { VERSION } from '../config/version.ts';
import { forgetSecretVariables, keepSecretsInCrashes } from './keep-secrets.ts';
import { printToStdout } from './print.ts';
import { stopSignal } from './stop-signal.ts';

/** A wrong environment is told apart from a failure at work. */
const EXIT_BAD_ENVIRONMENT = 2;

/** Each command loads what it needs, and nothing of the others. */
async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('onesignal-salesforce-relay')
    .description('Keeps OneSignal users in step with the lifecycle stage of Salesforce leads and contacts.')
    .version(VERSION);
  program
    .command('run')
    .description('run the relay until it is told to stop (SIGTERM or SIGINT)')
    .action(async () => {
      const { runCommand } = await import('./run-command.ts');
      await runCommand(environmentOfThisProcess());
      // A request that nobody waits for any more would keep the process for up to two minutes.
      process.exit();
    });
  program
    .command('reconcile')
    .description('read what changed since the last pass and make due what has no verdict')
    .option('--dry-run', 'count only, change nothing')
    .option('--json', 'print the result as JSON')
    .action(async (options) => {
      const { reconcileCommand } = await import('./reconcile-command.ts');
      await reconcileCommand(environmentOfThisProcess(), options, stopSignal(), printToStdout);
    });
  program
    .command('backfill')
    .description('sync all leads, and all contacts that have a stage, unless they have their verdict')
    .option('--where <condition>', 'only those that meet this SOQL condition')
    .option('--object <object>', 'only Lead, or only Contact')
    .option('--changed', 'those instead whose verdict is from before the last edit of the mapping or the settings')
    .option('--due', 'those instead that wait for an answer')
    .option('--dry-run', 'count and estimate only, change nothing')
    .option('--yes', 'do not ask before more than 1,000 records are sent')
    .option('--stop', 'end the backfill that is under way')
    .option('--json', 'print the result as JSON')
    .action(async (options) => {
      const { backfillCommand } = await import('./backfill-command.ts');
      await backfillCommand(environmentOfThisProcess(), options, stopSignal(), printToStdout);
    });
  program
    .command('doctor')
    .description('check everything that the relay needs, and say what to do about it; changes nothing without --write')
    .option('--write', 'play the first hour too: a lead of its own is created, moved, converted and deleted')
    .option('--as <username>', 'with --write: the user who moves the lead, by JWT bearer (else DOCTOR_ACCESS_TOKEN)')
    .option('--json', 'print the result as JSON')
    .action(async (options) => {
      const { doctorCommand } = await import('./doctor-command.ts');
      const isWell = await doctorCommand(environmentOfThisProcess, options, stopSignal(), printToStdout);
      process.exitCode = isWell ? 0 : 1;
    });
  program
    .command('preview [recordId...]')
    .description('show what a sync would send, under the org’s mapping or a draft of one; sends nothing')
    .option('--all', 'for all leads, and all contacts that have a stage')
    .option('--stage <stage>', 'for all records that have this stage')
    .option('--mapping <file>', 'a draft of settings and mapping rows that count instead of the org’s')
    .option('--save-mapping <file>', 'write the org’s settings and mapping rows to a file, to edit as a draft')
    .option('--json', 'print the result as JSON')
    .option('--csv', 'print a line a record as CSV')
    .action(async (ids, options) => {
      const { previewCommand } = await import('./preview-command.ts');
      await previewCommand(environmentOfThisProcess(), ids, options, printToStdout);
    });
  program
    .command('export-csv')
    .description('write what a sync would send to CSV files for OneSignal’s import; sends nothing')
    .requiredOption('--out <folder>', 'where the files go: onesignal-1.csv and on')
    .option('--where <condition>', 'only for records that fulfil this SOQL condition, e.g. "CreatedDate = THIS_YEAR"')
    .option('--object <name>', 'only for records of Lead, or of Contact')
    .option('--fresh-app', 'nobody has unsubscribed in OneSignal yet: subscribe those who agree in so many words')
    .option('--json', 'print the counts as JSON')
    .action(async (options) => {
      const { exportCommand } = await import('./export-command.ts');
      const isDone = await exportCommand(environmentOfThisProcess(), options, stopSignal(), printToStdout);
      process.exitCode = isDone ? 0 : 1;
    });
  const failures = program.command('failures').description('records that failed, or whose status Salesforce refuses');
  failures
    .command('list')
    .description('list them, each with what to do next')
    .option('--reason <code>', 'only those with this reason code')
    .option('--json', 'print them as JSON')
    .action(async (options) => {
      const { listFailures } = await import('./failures-command.ts');
      await listFailures(environmentOfThisProcess(), options, printToStdout);
    });
  failures
    .command('retry [recordId...]')
    .description('try these again, all of one reason, or all')
    .option('--reason <code>', 'those with this reason code')
    .option('--all', 'all of them')
    .option('--json', 'print the result as JSON')
    .action(async (ids, options) => {
      const { retryFailures } = await import('./failures-command.ts');
      await retryFailures(environmentOfThisProcess(), ids, options, printToStdout);
    });
  const report = program.command('report').description('what the store can tell of the past');
  report
    .command('conversions')
    .description('which messages moved whom: message by stage, who was reached, who engaged, who moved on')
    .option('--days <number>', 'of messages that reached somebody within so many days', '30')
    .option('--json', 'print it as JSON')
    .option('--csv', 'print a line a message and stage as CSV')
    .action(async (options) => {
      const { reportConversions } = await import('./report-command.ts');
      await reportConversions(environmentOfThisProcess(), options, printToStdout);
    });
  await program.parseAsync(argv);
}

function environmentOfThisProcess() {
  // Variables that are set already win over the file.
  if (existsSync('.env')) process.loadEnvFile('.env');
  const environment = readEnvironment(process.env, (path) => readFileSync(path, 'utf8'));
  forgetSecretVariables();
  return environment;
}

keepSecretsInCrashes();
try {
  await main(process.argv);
} catch (error) {
  if (!isRelayError(error)) throw error;
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = error.code === 'ENVIRONMENT_INVALID' ? EXIT_BAD_ENVIRONMENT : 1;
}
