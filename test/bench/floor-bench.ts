import { alternateBoth, median, ratios } from './alternate.ts';
import type { BenchOptions, BenchResult } from './bench.ts';

/** Well under what the long runs show, so that only a real loss falls below, whatever the machine. */
const LEAST_CPU_RATIO = 1.5;
const LEAST_CALLS_RATIO = 50;
/** A change is one write, unless OneSignal refuses one. */
const MOST_REQUESTS = 1.05;
const RUNS = 3;
const CHANGES = 4_000;
const LEADS = 4_000;

/** For CI: ratios to the script, and counts; no figure that depends on how fast the machine is. */
export async function benchFloor({ say }: BenchOptions): Promise<BenchResult> {
  say(`Floor: ${CHANGES} changes at OneSignal’s limit, ${RUNS} times each.`);
  const pace = { runs: RUNS, warmUp: 1_000, changes: CHANGES, perSecond: 1_000 };
  const runs = await alternateBoth({ leads: LEADS }, { ...pace, say });
  const { cpu, calls } = ratios(runs);
  const requests = median(runs.relay, (run) => run.oneSignalRequests);
  const problems: string[] = [];
  if (cpu < LEAST_CPU_RATIO) problems.push(`floor: only ${cpu} times less processor than the script`);
  if (calls < LEAST_CALLS_RATIO) problems.push(`floor: only ${calls} times fewer Salesforce calls than the script`);
  if (requests > MOST_REQUESTS) problems.push(`floor: ${requests} OneSignal requests a change`);
  for (const { missed, violations } of runs.relay) {
    if (missed.inOneSignal + missed.onRecord > 0) problems.push('floor: a change was lost');
    if (violations > 0) problems.push('floor: a limit of OneSignal was broken');
  }
  const line = `${cpu} times less processor and ${calls} times fewer Salesforce calls than the script, ${requests} OneSignal requests a change`;
  return { name: 'floor', line, figures: runs, problems };
}
