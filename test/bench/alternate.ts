import type { RunFigures, RunOptions } from './measured-run.ts';
import { measureRun } from './measured-run.ts';
import { type Spread, spreadOf } from './spread.ts';
import type { Subject, SubjectName } from './subject.ts';

export interface AlternateOptions extends RunOptions {
  runs: number;
  /** Changes before the first run that count for nothing: caches fill, code is compiled. */
  warmUp: number;
  say(line: string): void;
}

export type Runs = Record<SubjectName, RunFigures[]>;

/** One after the other in turn (A B A B), so that whatever else the machine does meets both. */
export async function alternate(subjects: readonly Subject[], options: AlternateOptions): Promise<Runs> {
  const runs: Runs = { relay: [], script: [] };
  for (const subject of subjects) await measureRun(subject, { ...options, changes: options.warmUp });
  for (let n = 1; n <= options.runs; n += 1) {
    for (const subject of subjects) {
      const run = await measureRun(subject, options);
      runs[subject.name].push(run);
      options.say(`run ${n}, ${subject.name}: ${runText(run)}`);
    }
  }
  return runs;
}

export function spread(runs: readonly RunFigures[], figure: (run: RunFigures) => number): Spread {
  return spreadOf(runs.map(figure));
}

export function median(runs: readonly RunFigures[], figure: (run: RunFigures) => number): number {
  return spread(runs, figure).median;
}

function runText(run: RunFigures): string {
  const { toOneSignal: a, toRecord: b, missed } = run;
  const lost = missed.inOneSignal + missed.onRecord === 0 ? '' : `, ${missed.inOneSignal} lost`;
  return (
    `${run.changes} changes, ${run.writesPerSecond} writes/s, p95 ${a.p95} ms to OneSignal and ${b.p95} ms to the record, ` +
    `${run.cpuMs} ms of processor and ${run.salesforceCalls} Salesforce calls each, ${run.peakMb} MB${lost}`
  );
}
