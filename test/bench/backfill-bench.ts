import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { MAX_CONCURRENT } from '../../relay/onesignal/onesignal-client.ts';
import { type Emulators, type Figures, startEmulators } from './emulators.ts';
import { type MeasuredProcess, startCommand } from './measured-start.ts';

export interface BackfillBenchOptions {
  records: number;
  /** The relay's own setting, and the emulator's limit. */
  requestsPerSecond: number;
  say(line: string): void;
}

/** One backfill, from OneSignal's first write to its last. */
export interface BackfillPhase {
  records: number;
  seconds: number;
  requestsPerSecond: number;
  /** Of what is allowed. */
  share: number;
  peakMb: number;
  /** Peak memory after four fifths of the time, over that between one fifth and two fifths. */
  growth: number;
  /** Processor time for a record, ms. */
  cpuMsPerRecord: number;
  salesforceCalls: number;
}

export interface BackfillBench {
  newUsers: BackfillPhase;
  knownUsers: BackfillPhase;
  /** Creates that were sent a second time after a kill half-way. */
  sentTwice: number;
  violations: number;
  problems: string[];
}

/** https://documentation.onesignal.com/reference/rate-limits allows an app as many; the relay must use nearly all of it. */
const LEAST_SHARE = 0.95;
const MOST_MB = 200;
/** A collection more or less makes a few percent. */
const MOST_GROWTH = 1.1;
const LOOK_MS = 1_000;

/** Backfills new users, then known ones after an edit of the mapping, then kills a relay half-way. */
export async function benchBackfill(options: BackfillBenchOptions): Promise<BackfillBench> {
  const { records, say } = options;
  say(`${records} leads are loaded.`);
  const emulators = await startEmulators(records);
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const relay = startCommand(['run'], environmentOf(emulators, options), folder);
    await relay.ready;
    say('New users.');
    const newUsers = await phaseOf(emulators, relay, ['backfill', '--yes'], folder, options);
    say('Known users, after an edit of the mapping.');
    await emulators.map('bench');
    const knownUsers = await phaseOf(emulators, relay, ['backfill', '--changed', '--yes'], folder, options);
    relay.kill('SIGTERM');
    await relay.ended;
    const { violations } = await emulators.figures();
    await emulators.stop();
    const sentTwice = await killHalfWay(options);
    const figures = { newUsers, knownUsers, sentTwice, violations };
    return { ...figures, problems: problemsOf(figures) };
  } finally {
    await emulators.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function environmentOf(
  { environment }: Emulators,
  { requestsPerSecond }: BackfillBenchOptions,
): Record<string, string> {
  return { ...environment, ONESIGNAL_REQUESTS_PER_SECOND: String(requestsPerSecond) };
}

async function phaseOf(
  emulators: Emulators,
  relay: MeasuredProcess,
  args: readonly string[],
  folder: string,
  options: BackfillBenchOptions,
): Promise<BackfillPhase> {
  await emulators.beginPhase();
  const command = startCommand(args, environmentOf(emulators, options), folder);
  await command.ended;
  return measured(await emulators.figures(), relay, options);
}

function measured(
  { creates, updates, firstAt = 0, lastAt = 0, salesforceCalls }: Figures,
  { samples }: MeasuredProcess,
  { requestsPerSecond: allowed }: BackfillBenchOptions,
): BackfillPhase {
  const writes = creates + updates;
  const seconds = (lastAt - firstAt) / 1_000;
  const within = (from: number, to: number) =>
    samples.filter(({ at }) => at >= firstAt + (lastAt - firstAt) * from && at <= firstAt + (lastAt - firstAt) * to);
  const peakOf = (some: readonly { rss: number }[]) => Math.max(0, ...some.map(({ rss }) => rss));
  const during = within(0, 1);
  const cpu = (during.at(-1)?.cpu ?? 0) - (during[0]?.cpu ?? 0);
  const requestsPerSecond = writes / Math.max(1, seconds);
  return {
    records: writes,
    seconds: rounded(seconds, 1),
    requestsPerSecond: Math.round(requestsPerSecond),
    share: rounded(requestsPerSecond / allowed, 3),
    peakMb: Math.round(peakOf(during) / 1_000_000),
    growth: rounded(peakOf(within(0.8, 1)) / Math.max(1, peakOf(within(0.2, 0.4))), 3),
    cpuMsPerRecord: rounded(cpu / 1_000 / Math.max(1, writes), 3),
    salesforceCalls,
  };
}

/** On a store and emulators of its own, with fewer records: a kill is a kill. */
async function killHalfWay(options: BackfillBenchOptions): Promise<number> {
  const records = Math.min(options.records, 20_000);
  options.say(`A relay is killed half-way through ${records}.`);
  const emulators = await startEmulators(records);
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const env = environmentOf(emulators, options);
    await emulators.beginPhase();
    const first = startCommand(['run'], env, folder);
    await first.ready;
    const command = startCommand(['backfill', '--yes'], env, folder);
    while ((await emulators.figures()).creates < records / 2) await setTimeout(LOOK_MS / 10);
    first.kill('SIGKILL');
    await first.ended;
    const second = startCommand(['run'], env, folder);
    await command.ended;
    second.kill('SIGTERM');
    await second.ended;
    const { creates, users } = await emulators.figures();
    if (users !== records) throw new Error(`OneSignal has ${users} users, not ${records}`);
    return creates - records;
  } finally {
    await emulators.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function problemsOf({ newUsers, knownUsers, sentTwice, violations }: Omit<BackfillBench, 'problems'>): string[] {
  const problems: string[] = [];
  for (const [name, phase] of Object.entries({ 'new users': newUsers, 'known users': knownUsers })) {
    const say = (what: string) => problems.push(`${name}: ${what}`);
    if (phase.share < LEAST_SHARE)
      say(`${phase.requestsPerSecond} requests a second are ${phase.share} of what is allowed`);
    if (phase.peakMb >= MOST_MB) say(`${phase.peakMb} MB at the peak, and may be ${MOST_MB}`);
    if (phase.growth > MOST_GROWTH) say(`memory grew to ${phase.growth} times what it was after a fifth`);
  }
  if (sentTwice > MAX_CONCURRENT)
    problems.push(`${sentTwice} were sent twice after a kill, and ${MAX_CONCURRENT} may be`);
  if (violations > 0) problems.push(`${violations} requests broke a limit of OneSignal`);
  return problems;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
