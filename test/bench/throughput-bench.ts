import { alternateBoth, type Runs, ratios, runRelay } from './alternate.ts';
import type { BenchOptions, BenchResult } from './bench.ts';
import { APP_LIMIT } from './emulators.ts';
import type { RunFigures } from './measured-run.ts';
import { rounded } from './spread.ts';

const LEAST_SHARE = 0.97;
const MOST_CORE = 0.5;
const MOST_MB = 150;
const LEAST_CPU_RATIO = 10;
/** A burst is over before V8 has compiled all of the relay, and before the script has fallen far behind. */
const LEAST_CPU_RATIO_OF_BURST = 3;
const LEAST_CALLS_RATIO = 100;
/** A little more than OneSignal takes: the relay is never out of work. */
const CHANGES_PER_SECOND = APP_LIMIT * 1.05;

/** As many changes as OneSignal takes, on end, and beside the script. */
export async function benchThroughput({ isLong, runs, say }: BenchOptions): Promise<BenchResult> {
  const seconds = isLong ? 300 : 10;
  const leads = isLong ? 20_000 : 5_000;
  const pace = { warmUp: 2_000, perSecond: CHANGES_PER_SECOND, say };
  say(`Throughput: ${seconds} s at OneSignal's limit.`);
  const sustained = await runRelay({ leads }, { ...pace, changes: CHANGES_PER_SECOND * seconds });
  const changes = isLong ? 20_000 : 4_000;
  say(`The same beside the script, ${changes} changes at a time.`);
  const beside = await alternateBoth({ leads: 5_000 }, { ...pace, runs, changes });
  const leastCpu = isLong ? LEAST_CPU_RATIO : LEAST_CPU_RATIO_OF_BURST;
  return { ...judge(sustained, beside, leastCpu), figures: { sustained, beside } };
}

function judge(sustained: RunFigures, beside: Runs, leastCpu: number): Omit<BenchResult, 'figures'> {
  const { coreShare: core, peakMb: mb, violations } = sustained;
  const share = rounded(sustained.writesPerSecond / APP_LIMIT, 3);
  const ratio = ratios(beside);
  const problems: string[] = [];
  if (share < LEAST_SHARE) problems.push(`throughput: ${share} of OneSignal's limit`);
  if (violations + Math.max(...beside.relay.map((run) => run.violations)) > 0)
    problems.push('throughput: a limit of OneSignal was broken');
  if (core > MOST_CORE) problems.push(`throughput: ${core} of a core at the limit, and may be ${MOST_CORE}`);
  if (mb > MOST_MB) problems.push(`throughput: ${mb} MB at the limit, and may be ${MOST_MB}`);
  if (ratio.cpu < leastCpu) problems.push(`throughput: only ${ratio.cpu} times less processor than the script`);
  if (ratio.calls < LEAST_CALLS_RATIO) problems.push(`throughput: only ${ratio.calls} times fewer Salesforce calls`);
  const line = `${share} of the limit with ${core} of a core and ${mb} MB; ${ratio.cpu} times less processor and ${ratio.calls} times fewer Salesforce calls than the script, each change that OneSignal accepted`;
  return { name: 'throughput', line, problems };
}
