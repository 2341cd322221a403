import type { RunFigures, RunOptions } from './measured-run.ts';
import { measureRun } from './measured-run.ts';
import { rounded, type Spread, spreadOf } from './spread.ts';
import { openRelay, openScript, type Subject, type SubjectName, type SubjectOptions } from './subject.ts';

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

/** The relay and the script, each with an org and an app of its own. */
export async function alternateBoth(of: SubjectOptions, options: AlternateOptions): Promise<Runs> {
  const subjects: Subject[] = [];
  try {
    subjects.push(await openRelay(of), await openScript(of));
    return await alternate(subjects, options);
  } finally {
    for (const one of subjects) await one.close();
  }
}

/** The relay alone, once. */
export async function runRelay(of: SubjectOptions, options: Omit<AlternateOptions, 'runs'>): Promise<RunFigures> {
  const relay = await openRelay(of);
  try {
    const [run] = (await alternate([relay], { ...options, runs: 1 })).relay;
    if (run === undefined) throw new Error('nothing was measured');
    return run;
  } finally {
    await relay.close();
  }
}

/**
 * How many times as much a change costs the script, of those that OneSignal accepted: one that it refuses, or that is never
 * heard of, costs next to nothing and gets nowhere, so that by the changes that were made, who loses more would seem cheaper.
 */
export function ratios({ relay, script }: Runs): { cpu: number; calls: number } {
  const of = (figure: (run: RunFigures) => number) => {
    const ofAccepted = (run: RunFigures) => (figure(run) * run.changes) / run.accepted;
    return rounded(median(script, ofAccepted) / median(relay, ofAccepted), 1);
  };
  return { cpu: of((run) => run.cpuMs), calls: of((run) => run.salesforceCalls) };
}

export function spread(runs: readonly RunFigures[], figure: (run: RunFigures) => number): Spread {
  return spreadOf(runs.map(figure));
}

export function median(runs: readonly RunFigures[], figure: (run: RunFigures) => number): number {
  return spread(runs, figure).median;
}

function runText(run: RunFigures): string {
  const { toOneSignal: a, toRecord: b, missed, changes, accepted } = run;
  const lost = missed.inOneSignal + missed.onRecord === 0 ? '' : `, ${missed.inOneSignal} lost`;
  return (
    `${changes} changes, ${accepted} accepted, ${run.writesPerSecond} writes/s, p95 ${a.p95} ms to OneSignal and ${b.p95} ms to the record, ` +
    `${run.cpuMs} ms of processor and ${run.salesforceCalls} Salesforce calls each, ${run.peakMb} MB${lost}`
  );
}
