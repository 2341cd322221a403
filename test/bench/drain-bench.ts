import { rmSync } from 'node:fs';
import type { BenchOptions, BenchResult } from './bench.ts';
import { APP_LIMIT } from './emulators.ts';
import { measureRun, measureUntilThrough } from './measured-run.ts';
import { startCommand } from './measured-start.ts';
import { rounded } from './spread.ts';
import { openRelay } from './subject.ts';

/** 150,000 events at a thousand a second, and a tenth more. */
const LONGEST_SHARE = 1.1;
/** Of a short look the start is no small part. */
const START_S = 2;
const MOST_GROWTH = 1.1;

/** Events that wait after an outage, of users that OneSignal knows. */
export async function benchDrain({ isLong, say }: BenchOptions): Promise<BenchResult> {
  const events = isLong ? 150_000 : 15_000;
  say(`Drain: ${events} events wait.`);
  const before = await openRelay({ leads: events });
  const { emulators, folder, processes } = before;
  try {
    // Without a cursor there would be nothing to go on from, and reconcile would find the changes.
    await measureRun(before, { changes: 10, perSecond: 0 });
    for (const one of processes) one.kill('SIGTERM');
    await Promise.all(processes.map(({ ended }) => ended));
    await emulators.move(events, 0);
    while (!(await emulators.happened().then(({ isIdle }) => isIdle)));
    const env = { ...emulators.environment, ONESIGNAL_REQUESTS_PER_SECOND: String(APP_LIMIT) };
    const relay = startCommand(['run'], env, folder);
    const after = { ...before, processes: [relay] };
    try {
      const run = await measureUntilThrough(after);
      const growth = growthOf(relay.samples.map(({ rss }) => rss));
      const { inOneSignal, onRecord } = await emulators.outOfStep();
      const most = (events / APP_LIMIT) * LONGEST_SHARE + (isLong ? 0 : START_S);
      const problems: string[] = [];
      if (run.seconds > most) problems.push(`drain: ${run.seconds} s, and may take ${most} s`);
      if (growth > MOST_GROWTH) problems.push(`drain: memory grew to ${growth} times`);
      if (inOneSignal + onRecord > 0) problems.push(`drain: ${inOneSignal} users and ${onRecord} records are behind`);
      const line = `${events} events in ${run.seconds} s, ${run.peakMb} MB at the peak (${growth} times)`;
      return { name: 'drain', line, figures: { run, growth, inOneSignal, onRecord }, problems };
    } finally {
      relay.kill('SIGTERM');
      await relay.ended.catch(() => undefined);
    }
  } finally {
    await emulators.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Peak memory of the last fifth, over that between one fifth and two fifths. */
function growthOf(rss: readonly number[]): number {
  const peak = (from: number, to: number) =>
    Math.max(...rss.slice(Math.floor(rss.length * from), Math.ceil(rss.length * to)));
  return rounded(peak(0.8, 1) / peak(0.2, 0.4), 3);
}
