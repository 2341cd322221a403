import { Command } from 'commander';
import { wholeNumber } from '../whole-number.ts';
import { printProblems } from './print-problems.ts';
import { type MassChangeProof, proveMassChange } from './prove-mass-change.ts';

interface Options {
  changes: number;
  deliveries: number;
  calls: number;
  rate: number;
  json?: true;
}

function report({ problems, ...figures }: MassChangeProof, isJson: boolean): void {
  printProblems(problems);
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ ...figures, problems: problems.length })}\n`);
    return;
  }
  const verdict = problems.length === 0 ? 'All as it must be' : `${problems.length} things are not as they must be`;
  const costs = `${figures.salesforce_api_calls} Salesforce API calls of ${figures.allowed_api_calls} allowed`;
  const lives = `a change in the middle was through in ${figures.live_seconds} s, one without deliveries in ${figures.late_seconds} s`;
  process.stdout.write(
    `${verdict}: ${figures.changes} leads, ${figures.deliveries} deliveries, ${figures.seconds} s; ${costs}; ${lives}.\n`,
  );
}

const program = new Command('mass-change')
  .description('Changes a crowd of leads with few event deliveries left, and shows what that costs.')
  .option('--changes <n>', 'leads whose stage changes', wholeNumber(), 100_000)
  .option('--deliveries <n>', 'event deliveries of the day', wholeNumber(), 25_000)
  .option('--calls <n>', 'Salesforce API calls that it may cost', wholeNumber(), 1_500)
  .option('--rate <n>', 'requests a second to OneSignal', wholeNumber(), 800)
  .option('--json', 'print one JSON summary on the last line')
  .parse();
const { changes, deliveries, calls, rate, json } = program.opts<Options>();
const say = json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
const proof = await proveMassChange({ changes, deliveries, allowedCalls: calls, rate, say });
report(proof, json === true);
process.exitCode = proof.problems.length === 0 ? 0 : 1;
