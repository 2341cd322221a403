import { Command } from 'commander';
import { wholeNumber } from '../whole-number.ts';
import { printProblems } from './print-problems.ts';
import { type LostWindowProof, proveLostWindow } from './prove-lost-window.ts';

function main({ changes, seconds, json }: { changes: number; seconds: number; json?: true }): Promise<LostWindowProof> {
  const say = json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
  return proveLostWindow({ changes, allowedSeconds: seconds, say });
}

function report({ problems, ...figures }: LostWindowProof, isJson: boolean): void {
  printProblems(problems);
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ ...figures, problems: problems.length })}\n`);
    return;
  }
  const verdict = problems.length === 0 ? 'All as it must be' : `${problems.length} things are not as they must be`;
  const time =
    figures.seconds === null ? 'not in time' : `in ${figures.seconds} s of ${figures.allowed_seconds} allowed`;
  const costs = `${figures.salesforce_api_calls} Salesforce API calls (${figures.reconcile_api_calls} by reconcile), ${figures.onesignal_requests} OneSignal requests`;
  process.stdout.write(`${verdict}: ${figures.changes} changes, ${figures.records} records, ${time}; ${costs}.\n`);
}

const program = new Command('lost-window')
  .description('Loses the replay window while the relay is down, and shows that nothing else is lost.')
  .option('--changes <n>', 'changes made while the relay is down', wholeNumber(), 5_000)
  .option('--seconds <n>', 'how long the relay may take after its start', wholeNumber(), 120)
  .option('--json', 'print one JSON summary on the last line')
  .parse();
const options = program.opts<{ changes: number; seconds: number; json?: true }>();
const proof = await main(options);
report(proof, options.json === true);
process.exitCode = proof.problems.length === 0 ? 0 : 1;
