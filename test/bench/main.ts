import { Command } from 'commander';
import { printProblems } from '../../scripts/proof/print-problems.ts';
import { wholeNumber } from '../../scripts/whole-number.ts';
import { type BackfillPhase, benchBackfill } from './backfill-bench.ts';
import { profileTo } from './profile.ts';

const program = new Command('bench').description(
  'Measures the relay, with both sides emulated in a process of their own.',
);
program
  .command('backfill')
  .description(
    'a whole org at once: whether OneSignal’s limit is what limits, what memory it takes, and what a kill costs',
  )
  .option('--records <n>', 'leads in the org', wholeNumber(), 200_000)
  .option('--requests-per-second <n>', 'what the relay is set to; OneSignal allows 1,000', wholeNumber(), 1_000)
  .option('--profile <folder>', 'write a profile of each process there (they are slower then)')
  .option('--json', 'print one JSON summary on the last line')
  .action(async ({ records, requestsPerSecond, profile, json }: BackfillOptions) => {
    if (profile !== undefined) profileTo(profile);
    const say = json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
    const { problems, ...figures } = await benchBackfill({ records, requestsPerSecond, say });
    printProblems(problems);
    const verdict = problems.length === 0 ? 'All as it must be' : `${problems.length} things are not as they must be`;
    const { newUsers, knownUsers, sentTwice } = figures;
    const line = `${verdict}: new users ${phaseText(newUsers)}; known users ${phaseText(knownUsers)}; ${sentTwice} sent twice after a kill.`;
    process.stdout.write(`${json ? JSON.stringify({ ...figures, problems: problems.length }) : line}\n`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  });
await program.parseAsync();

interface BackfillOptions {
  records: number;
  requestsPerSecond: number;
  profile?: string;
  json?: true;
}

function phaseText({ requestsPerSecond, peakMb, growth, cpuMsPerRecord, salesforceCalls }: BackfillPhase): string {
  return `${requestsPerSecond}/s, ${peakMb} MB at the peak (${growth} times), ${cpuMsPerRecord} ms of processor and ${salesforceCalls} Salesforce calls in all`;
}
