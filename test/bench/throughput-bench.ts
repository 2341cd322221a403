import { type PostgresServer, startPostgres } from '../emulators/postgres.ts';
import { alternateBoth, alternateRelay, type Runs, ratios } from './alternate.ts';
import type { BenchOptions, BenchResult } from './bench.ts';
import { APP_LIMIT } from './emulators.ts';
import type { RunFigures } from './measured-run.ts';
import { rounded } from './spread.ts';

const LEAST_SHARE = 0.97;
const MOST_CORE = 0.5;
const MOST_MB = 150;
const LEAST_CPU_RATIO = 10;
const LEAST_CALLS_RATIO = 100;
/** A little more than OneSignal takes: the relay is never out of work. */
const CHANGES_PER_SECOND = APP_LIMIT * 1.05;
const LIFTED = 100_000;

/** As many changes as OneSignal takes, on end; beside the script; and without a limit, to find the engine's own ceiling. */
export async function benchThroughput({ isLong, runs, say }: BenchOptions): Promise<BenchResult> {
  const seconds = isLong ? 300 : 15;
  const leads = isLong ? 20_000 : 5_000;
  say(`Throughput: ${seconds} s at OneSignal's limit.`);
  const pace = { runs: 1, warmUp: 2_000, changes: CHANGES_PER_SECOND * seconds, perSecond: CHANGES_PER_SECOND, say };
  const sustained = theOnly(await alternateRelay({ leads }, pace));
  const changes = isLong ? 20_000 : 4_000;
  say(`The same beside the script, ${changes} changes at a time.`);
  const beside = await alternateBoth(
    { leads: 5_000 },
    { runs, warmUp: 2_000, changes, perSecond: CHANGES_PER_SECOND, say },
  );
  say('Without a limit.');
  const lifted = await benchAllLifted(leads, say);
  return { ...judge(sustained, beside, lifted), figures: { sustained, beside, lifted } };
}

function judge(
  sustained: RunFigures,
  beside: Runs,
  lifted: Readonly<Record<string, RunFigures>>,
): Omit<BenchResult, 'figures'> {
  const { coreShare: core, peakMb: mb, violations } = sustained;
  const share = rounded(sustained.writesPerSecond / APP_LIMIT, 3);
  const ratio = ratios(beside);
  const problems: string[] = [];
  if (share < LEAST_SHARE) problems.push(`throughput: ${share} of OneSignal's limit`);
  if (violations + Math.max(...beside.relay.map((run) => run.violations)) > 0)
    problems.push('throughput: a limit of OneSignal was broken');
  if (core > MOST_CORE) problems.push(`throughput: ${core} of a core at the limit, and may be ${MOST_CORE}`);
  if (mb > MOST_MB) problems.push(`throughput: ${mb} MB at the limit, and may be ${MOST_MB}`);
  if (ratio.cpu < LEAST_CPU_RATIO) problems.push(`throughput: only ${ratio.cpu} times less processor than the script`);
  if (ratio.calls < LEAST_CALLS_RATIO) problems.push(`throughput: only ${ratio.calls} times fewer Salesforce calls`);
  const line = `${share} of the limit with ${core} of a core and ${mb} MB; ${ratio.cpu} times less processor and ${ratio.calls} times fewer Salesforce calls than the script; ${liftedText(lifted)} without a limit`;
  return { name: 'throughput', line, problems };
}

async function benchAllLifted(leads: number, say: BenchOptions['say']): Promise<Record<string, RunFigures>> {
  const lifted: Record<string, RunFigures> = { 'sqlite, 1 relay': await benchLifted(leads) };
  say(liftedText(lifted));
  const postgres = await startPostgres();
  try {
    for (const relays of [1, 2, 4]) {
      lifted[`postgres, ${relays} ${relays === 1 ? 'relay' : 'relays'}`] = await benchLifted(leads, {
        postgres,
        relays,
      });
      say(liftedText(lifted));
    }
    return lifted;
  } finally {
    await postgres.remove();
  }
}

/** Each lead moves once: several changes of one would be one write. */
async function benchLifted(leads: number, shared?: { postgres: PostgresServer; relays: number }): Promise<RunFigures> {
  const database = shared && { DATABASE_URL: shared.postgres.url(`bench_${shared.relays}`) };
  const options = { leads, requestsPerSecond: LIFTED, variables: { ...database }, relays: shared?.relays ?? 1 };
  return theOnly(
    await alternateRelay(options, { runs: 1, warmUp: leads, changes: leads, perSecond: 0, say: () => undefined }),
  );
}

function theOnly([run]: readonly RunFigures[]): RunFigures {
  if (run === undefined) throw new Error('nothing was measured');
  return run;
}

function liftedText(lifted: Readonly<Record<string, RunFigures>>): string {
  return Object.entries(lifted)
    .map(([name, run]) => `${run.writesPerSecond}/s (${name})`)
    .join(', ');
}
