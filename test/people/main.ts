import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { wholeNumber } from '../../scripts/whole-number.ts';
import { realSeconds } from '../simulation/virtual-time.ts';
import type { PlayedPeople } from './play-people.ts';
import { playHere, playInProcesses } from './play-runs.ts';

interface Options {
  runs?: number;
  seed?: number;
  processes: number;
  trace?: true;
  json?: true;
}

const DEFAULT_RUNS = 2_000;

async function main({ runs, seed, processes, trace, json }: Options): Promise<number> {
  const say = json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
  // One seed is a replay of it.
  const count = runs ?? (seed === undefined ? DEFAULT_RUNS : 1);
  const first = seed ?? 1;
  const isShared = processes > 1 && count > 1 && !trace;
  const played = isShared
    ? await playInProcesses(first, count, processes)
    : await playHere(first, count, (result) => trace && report(result, say));
  const { failed, operations, crashes, writes } = played;
  if (!trace) for (const result of failed) report(result, say);
  const end =
    failed.length === 0
      ? 'all as the model has it'
      : `${failed.length} failed (${failed.map((one) => one.seed).join(', ')})`;
  say(
    `${count} interleavings from seed ${first} in ${realSeconds().toFixed(1)} s: ${operations} operations, ` +
      `${crashes} crashes, ${writes} writes in OneSignal, ${end}`,
  );
  if (json) process.stdout.write(`${JSON.stringify(played)}\n`);
  return failed.length === 0 ? 0 : 1;
}

function report({ seed, trace, findings }: PlayedPeople, say: (line: string) => void): void {
  for (const line of trace) say(line);
  say(`seed ${seed} (again: npm run test:people -- --seed ${seed} --trace)`);
  for (const finding of findings) say(`  WRONG: ${finding}`);
}

const program = new Command('test:people')
  .description(
    'Plays seeded interleavings of what people do, with faults, and compares the end with a reference model.',
  )
  .option('--runs <n>', `how many interleavings (default: ${DEFAULT_RUNS}, or 1 with --seed)`, wholeNumber(9))
  .option('--seed <k>', 'the first seed (default: 1)', wholeNumber(9))
  .option('--processes <n>', 'processes that share the runs', wholeNumber(9), availableParallelism())
  .option('--trace', 'print what happened in every run, not only in those that fail')
  .option('--json', 'print one JSON summary on the last line')
  .parse();
process.exitCode = await main(program.opts<Options>());
