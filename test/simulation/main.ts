import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { wholeNumber } from '../../scripts/whole-number.ts';
import { playInProcesses, playSchedules } from './play-schedules.ts';
import type { ScheduleResult } from './run-schedule.ts';
import { realSeconds } from './virtual-time.ts';

interface Options {
  schedules?: number;
  seed?: number;
  processes: number;
  trace?: true;
  json?: true;
}

const DEFAULT_SCHEDULES = 1_000;

async function main({ schedules, seed, processes, trace, json }: Options): Promise<number> {
  const say = json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
  // One seed is a replay of it.
  const count = schedules ?? (seed === undefined ? DEFAULT_SCHEDULES : 1);
  const first = seed ?? 1;
  const begun = realSeconds();
  const isShared = processes > 1 && count > 1 && !trace;
  const played = isShared
    ? await playInProcesses(first, count, processes)
    : await playSchedules(first, count, (result) => trace && report(result, say));
  const { crashes, writes, virtualHours, failed } = played;
  if (!trace) for (const result of failed) report(result, say);
  const seconds = realSeconds() - begun;
  const perMinute = Math.round((count / seconds) * 60);
  say(
    `${count} schedules in ${seconds.toFixed(1)} s (${perMinute} a minute): ${crashes} crashes, ${writes} writes in ` +
      `OneSignal, ${virtualHours.toFixed(1)} virtual hours, ${failed.length === 0 ? 'nothing lost' : `${failed.length} failed (${failed.map(({ seed }) => seed).join(', ')})`}`,
  );
  if (json) process.stdout.write(`${JSON.stringify({ ...played, seconds, perMinute })}\n`);
  return failed.length === 0 ? 0 : 1;
}

function report({ seed, trace, findings }: ScheduleResult, say: (line: string) => void): void {
  for (const line of trace) say(line);
  say(`seed ${seed} (again: npm run test:simulate -- --seed ${seed} --trace)`);
  for (const finding of findings) say(`  WRONG: ${finding}`);
}

const program = new Command('test:simulate')
  .description('Plays seeded schedules of faults on the relay in virtual time, and shows that nothing is lost.')
  .option('--schedules <n>', `how many schedules (default: ${DEFAULT_SCHEDULES}, or 1 with --seed)`, wholeNumber(9))
  .option('--seed <k>', 'the first seed (default: 1)', wholeNumber(9))
  .option('--processes <n>', 'processes that share the schedules', wholeNumber(9), availableParallelism())
  .option('--trace', 'print what happened in every schedule, not only in those that fail')
  .option('--json', 'print one JSON summary on the last line')
  .parse();
process.exitCode = await main(program.opts<Options>());
