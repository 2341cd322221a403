import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '../emulators/postgres.ts';
import { runRelay } from './alternate.ts';
import type { BenchOptions, BenchResult } from './bench.ts';
import type { RunFigures } from './measured-run.ts';
import { profileTo } from './profile.ts';
import { type Shares, sharesIn } from './profile-shares.ts';
import { rounded } from './spread.ts';

const LEAST_PER_SECOND = 5_000;
/** Of a core, for the relay's one thread to be what limits; of all cores, for the machine. */
const BUSY = 0.85;
const LIFTED = 100_000;

/**
 * Without OneSignal's limit, to find the engine's own ceiling: how much of the machine each process took, and a profile of
 * each, which says whose code takes the time where the rate is lower than asked for.
 */
export async function benchCeiling({ isLong, say }: BenchOptions): Promise<BenchResult> {
  const leads = isLong ? 20_000 : 5_000;
  say(`Ceiling: ${leads} changes without a limit.`);
  const onSqlite = await benchLifted(leads);
  const lifted: Record<string, RunFigures> = {
    'sqlite, 1 relay': onSqlite,
    ...(await onPostgres(leads, isLong ? [1, 2, 4] : [1, 4], say)),
  };
  say('Once more, with a profile of each process.');
  const profiles = await profiled(leads);
  for (const [name, { busyS, parts }] of Object.entries(profiles)) say(`${name}: ${busyS} s busy; ${partsText(parts)}`);
  const { subject, salesforce, onesignal } = onSqlite.whileWriting;
  const machine = rounded((subject + salesforce + onesignal) / availableParallelism(), 3);
  const problems =
    onSqlite.writesPerSecond < LEAST_PER_SECOND && subject < BUSY && machine < BUSY
      ? [`ceiling: ${onSqlite.writesPerSecond}/s, and neither the relay nor the machine is busy: something waits`]
      : [];
  const rates = Object.entries(lifted).map(([name, run]) => `${run.writesPerSecond}/s (${name})`);
  const line = `${rates.join(', ')} without a limit; with SQLite ${subject} cores were busy with the relay, ${salesforce} with Salesforce and ${onesignal} with OneSignal`;
  return { name: 'ceiling', line, figures: { lifted, profiles }, problems };
}

async function onPostgres(
  leads: number,
  numbers: readonly number[],
  say: BenchOptions['say'],
): Promise<Record<string, RunFigures>> {
  const lifted: Record<string, RunFigures> = {};
  const postgres = await startPostgres();
  try {
    for (const relays of numbers) {
      const name = `postgres, ${relays} ${relays === 1 ? 'relay' : 'relays'}`;
      lifted[name] = await benchLifted(leads, { postgres, relays });
      say(`${name}: ${lifted[name].writesPerSecond}/s`);
    }
    return lifted;
  } finally {
    await postgres.remove();
  }
}

/** By its process. The profile is of all of its life: the first sync of all leads, and then the changes. */
async function profiled(leads: number): Promise<Record<string, Shares>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-profiles-'));
  const before = profileTo(folder);
  try {
    await benchLifted(leads);
    return sharesIn(folder);
  } finally {
    profileTo(before);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each lead moves once: several changes of one would be one write. */
async function benchLifted(leads: number, shared?: { postgres: PostgresServer; relays: number }): Promise<RunFigures> {
  const database = shared && { DATABASE_URL: shared.postgres.url(`bench_${shared.relays}`) };
  const options = { leads, requestsPerSecond: LIFTED, variables: { ...database }, relays: shared?.relays ?? 1 };
  return runRelay(options, { warmUp: leads, changes: leads, perSecond: 0, say: () => undefined });
}

function partsText(parts: Shares['parts']): string {
  const large = Object.entries(parts).filter(([, share]) => share >= 0.01);
  return large.map(([part, share]) => `${rounded(share * 100, 1)} % ${part}`).join(', ');
}
