import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeLog } from './change-log.ts';
import type { EmulatorCpu } from './emulators.ts';
import { type Percentiles, percentilesOf, rounded } from './spread.ts';
import type { Subject, SubjectName } from './subject.ts';

/** What so many stage changes came to. */
export interface RunFigures {
  changes: number;
  /** From the first change to the last write or status. */
  seconds: number;
  /** Writes that OneSignal accepted, a second, between the first and the last. */
  writesPerSecond: number;
  /** Ms. */
  toOneSignal: Percentiles;
  toRecord: Percentiles;
  /** Records that nothing told of their last change in the time that it was given. */
  missed: { inOneSignal: number; onRecord: number };
  /** Writes that OneSignal accepted: not those that it refused and that were given up, nor changes that nobody heard of. */
  accepted: number;
  /** For each change: processor time (ms), calls, bytes given to the disk. */
  cpuMs: number;
  salesforceCalls: number;
  oneSignalRequests: number;
  bytesWritten: number;
  /** Of one core, while it worked. */
  coreShare: number;
  /** Cores that were busy between the first write and the last. */
  whileWriting: Cores;
  peakMb: number;
  /** Of OneSignal's limits, in this run. */
  violations: number;
}

/** Cores that the relays (or the script) were busy on, and each emulator. */
export interface Cores {
  subject: number;
  salesforce: number;
  onesignal: number;
}

export interface RunOptions {
  changes: number;
  /** 0: as fast as Salesforce can. */
  perSecond: number;
}

const LOOK_MS = 100;
/** Without any news for so long, what has not come is taken to be lost. A relay that is short of calls lets them wait. */
const PATIENCE_MS: Record<SubjectName, number> = { relay: 20_000, script: 10_000 };
/** Who has told of every record’s last change in fewer requests than changes may still be at work on earlier ones. */
const QUIET_MS = 3_000;

/** Lets leads be moved, and waits until OneSignal and the records say so. */
export async function measureRun(subject: Subject, options: RunOptions): Promise<RunFigures> {
  const { emulators } = subject;
  await emulators.happened();
  await emulators.move(options.changes, options.perSecond);
  return measureUntilThrough(subject);
}

/** Of changes that are made already, or are being made. */
export async function measureUntilThrough({ name, emulators, processes }: Subject): Promise<RunFigures> {
  const log = new ChangeLog();
  await emulators.beginPhase();
  const before = await emulators.figures();
  const costs = await Promise.all(processes.map((one) => one.measure()));
  const beganAt = Date.now();
  let newsAt = beganAt;
  const emulated: Measured<EmulatorCpu>[] = [];
  for (;;) {
    emulated.push({ at: Date.now(), ...(await emulators.cpu()) });
    const news = await emulators.happened();
    log.add(news);
    if (news.moved.length + news.received.length + news.answered.length > 0) newsAt = Date.now();
    const { inOneSignal, onRecord } = log.behind();
    const isTold = news.isIdle && log.changes > 0 && inOneSignal + onRecord === 0;
    if (isTold && (await emulators.figures()).requests - before.requests >= log.changes) break;
    if (Date.now() - newsAt > (isTold ? QUIET_MS : PATIENCE_MS[name])) break;
    await sleep(LOOK_MS);
  }
  const after = await emulators.figures();
  const ends = await Promise.all(processes.map((one) => one.measure()));
  const cpu = sum(ends.map((end, n) => end.cpu - (costs[n]?.cpu ?? 0)));
  const written = sum(ends.map((end, n) => end.written - (costs[n]?.written ?? 0)));
  const seconds = Math.max(0.001, (newsAt - beganAt) / 1_000);
  const writing = Math.max(1, (after.lastAt ?? 0) - (after.firstAt ?? 0)) / 1_000;
  const samples = processes.flatMap((one) => one.samples).filter(({ at }) => at >= beganAt);
  const each = (total: number, digits: number) => rounded(total / Math.max(1, log.changes), digits);
  const accepted = after.creates + after.updates;
  return {
    changes: log.changes,
    accepted,
    seconds: rounded(seconds, 1),
    writesPerSecond: Math.round(accepted / writing),
    toOneSignal: percentilesOf(log.toOneSignal().map(Math.round)),
    toRecord: percentilesOf(log.toRecord().map(Math.round)),
    missed: log.behind(),
    cpuMs: each(cpu / 1_000, 3),
    salesforceCalls: each(after.salesforceCalls, 4),
    oneSignalRequests: each(after.requests - before.requests, 3),
    bytesWritten: each(written, 0),
    coreShare: rounded(cpu / 1_000_000 / seconds, 3),
    whileWriting: coresBetween(after.firstAt ?? beganAt, after.lastAt ?? newsAt, processes, emulated),
    peakMb: Math.round(Math.max(0, ...samples.map(({ rss }) => rss)) / 1_000_000),
    violations: after.violations - before.violations,
  };
}

type Measured<T> = T & { at: number };

function coresBetween(
  from: number,
  to: number,
  processes: Subject['processes'],
  emulated: readonly Measured<EmulatorCpu>[],
): Cores {
  const busy = <T extends object>(samples: readonly Measured<T>[], seconds: (sample: T) => number) => {
    const within = samples.filter(({ at }) => at >= from && at <= to);
    const [first, last] = [within[0], within.at(-1)];
    if (first === undefined || last === undefined || first.at === last.at) return 0;
    return ((seconds(last) - seconds(first)) * 1_000) / (last.at - first.at);
  };
  return {
    subject: rounded(sum(processes.map(({ samples }) => busy(samples, ({ cpu }) => cpu / 1_000_000))), 3),
    salesforce: rounded(
      busy(emulated, ({ salesforce }) => salesforce),
      3,
    ),
    onesignal: rounded(
      busy(emulated, ({ onesignal }) => onesignal),
      3,
    ),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
