import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { wholeNumber } from '../../scripts/whole-number.ts';
import { shareOut } from '../simulation/share-out.ts';
import { playFuzzAndRelay } from './play-fuzz.ts';
import { type PlayedFuzz, together } from './played-fuzz.ts';

interface Options {
  count?: number;
  seed?: number;
  processes: number;
  json?: true;
}

const DEFAULT_COUNT = 100_000;
const begun = performance.now();

async function main({ count: asked, seed, processes, json }: Options): Promise<number> {
  const say = json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
  // One seed is a replay of it.
  const count = asked ?? (seed === undefined ? DEFAULT_COUNT : 1);
  const first = seed ?? 1;
  const played = await play(first, count, processes);
  const { inputs, tally, findings } = played;
  for (const [kind, results] of Object.entries(tally).sort()) {
    const all = Object.values(results).reduce((sum, some) => sum + some, 0);
    say(`${kind}: ${all.toLocaleString('en-US')}`);
    for (const [result, some] of Object.entries(results).sort(([, a], [, b]) => b - a))
      say(`  ${some.toLocaleString('en-US').padStart(10)}  ${result}`);
  }
  for (const { seed: item, kind, what } of findings)
    say(`WRONG: ${kind}: ${what}${item === undefined ? '' : ` (again: npm run fuzz -- --seed ${item})`}`);
  say(
    `${inputs.toLocaleString('en-US')} inputs from seed ${first} in ${Math.round((realNow() - begun) / 1000)} s: ` +
      (findings.length === 0 ? 'the process stayed up, and nothing was wrong' : `${findings.length} claims failed`),
  );
  if (json) process.stdout.write(`${JSON.stringify(played)}\n`);
  return findings.length === 0 ? 0 : 1;
}

/** `performance.now` may be a virtual one by the end. */
const realNow = performance.now.bind(performance);

async function play(first: number, count: number, processes: number): Promise<PlayedFuzz> {
  if (processes < 2 || count < processes) return playFuzzAndRelay(first, count);
  const main = new URL('main.ts', import.meta.url);
  return together(await shareOut<PlayedFuzz>(main, '--count', { first, count, processes }));
}

const program = new Command('fuzz')
  .description(
    'Gives the relay generated events, records, mapping rows and answers of both sides, and holds what it does to its claims.',
  )
  .option('--count <n>', `how many inputs (default: ${DEFAULT_COUNT}, or 1 with --seed)`, wholeNumber(8))
  .option('--seed <k>', 'the number of the first input (default: 1)', wholeNumber(9))
  .option('--processes <n>', 'processes that share the inputs', wholeNumber(3), availableParallelism())
  .option('--json', 'print one JSON summary on the last line')
  .parse();
process.exitCode = await main(program.opts<Options>());
