import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../../test/emulators/postgres.ts';
import { seededRandom } from '../../test/emulators/salesforce/org/ids.ts';
import { startWorld, type World } from '../../test/emulators/world.ts';
import { type Follow, IN_THE_BROWSER, savedId } from '../demo/play.ts';
import { verify } from '../demo/verify.ts';
import { type Failover, RelayFleet } from './relay-fleet.ts';

export interface FailoverProof {
  changes: number;
  records: number;
  killed: number;
  frozen: number;
  failovers: Failover[];
  longest_failover_ms: number | null;
  allowed_failover_ms: number;
  /** From the last change to the last status on a record; null when that did not come in time. */
  seconds_to_settle: number | null;
  onesignal_requests: number;
  problems: string[];
}

export interface FailoverOptions {
  seconds: number;
  changesPerSecond: number;
  seed: number;
  say(line: string): void;
}

const RELAYS = 3;
const RECORDS = 3_000;
const STAGES = ['Open - Not Contacted', 'Working - Contacted'] as const;
/** Between two strikes, and how long a frozen relay stays so: longer than it takes to lose its part. */
const STRIKE_MS = 5_000;
const FROZEN_MS = 12_000;
/** Until a killed relay's successor starts, as a supervisor would. */
const RESTART_MS = 1_000;
const ALLOWED_FAILOVER_MS = 10_000;
const ALLOWED_SETTLE_MS = 180_000;
/** What all relays together may send, and what the emulator counts as broken: its own pauses may bunch arrivals a little. */
const CONFIGURED_RATE = 400;
const JUDGED_RATE = 600;

/**
 * Three relays on one PostgreSQL under steady change, of which one is killed or frozen every few seconds; then
 * everything must be right, no rate broken, and somebody listening within ten seconds each time.
 */
export async function proveFailover(options: FailoverOptions): Promise<FailoverProof> {
  const [world, postgres] = [
    await startWorld({ onesignal: { requestsPerSecond: JUDGED_RATE } }),
    await startPostgres(),
  ];
  const fleet = new RelayFleet({
    ...world.environment,
    DATABASE_URL: postgres.url('failover'),
    ONESIGNAL_REQUESTS_PER_SECOND: String(CONFIGURED_RATE),
  });
  try {
    return await play(world, fleet, options);
  } finally {
    await fleet.stop();
    await Promise.all([world.close(), postgres.remove()]);
  }
}

async function play(world: World, fleet: RelayFleet, options: FailoverOptions): Promise<FailoverProof> {
  const { say, seconds } = options;
  for (let n = 0; n < RELAYS; n += 1) fleet.start();
  await until(() => fleet.listener !== undefined, 60_000);
  say(`${RELAYS} relays run on one PostgreSQL. ${RECORDS} leads are created and brought in step.`);
  const leads = createLeads(world);
  await until(() => isSettled(world, leads), ALLOWED_SETTLE_MS);
  const { requests } = world.onesignal.stats;
  say(
    `${options.changesPerSecond} changes a second for ${seconds} s, and every ${STRIKE_MS / 1_000} s a relay is struck.`,
  );
  const ending = new AbortController();
  const strikes = strikeForever(fleet, options, ending.signal);
  const changes = await changeSteadily(world, leads, options);
  ending.abort();
  const counts = await strikes;
  await until(() => !fleet.isFailingOver, 2 * ALLOWED_FAILOVER_MS);
  const lastChange = performance.now();
  const isInTime = await until(() => isSettled(world, leads), ALLOWED_SETTLE_MS);
  const seconds_to_settle = isInTime ? Math.round((performance.now() - lastChange) / 100) / 10 : null;
  const longest = Math.max(0, ...fleet.failovers.map(({ milliseconds }) => milliseconds));
  return {
    changes,
    records: leads.size,
    ...counts,
    failovers: fleet.failovers,
    longest_failover_ms: fleet.failovers.length === 0 ? null : longest,
    allowed_failover_ms: ALLOWED_FAILOVER_MS,
    seconds_to_settle,
    onesignal_requests: world.onesignal.stats.requests - requests,
    problems: judge(world, fleet, leads, { isInTime, longest }),
  };
}

function createLeads({ org, seller }: World): Map<string, string> {
  const leads = new Map<string, string>();
  for (let n = 0; n < RECORDS; n += 1) {
    const values = { LastName: `Person ${n}`, Company: 'Acme', Status: STAGES[0] };
    leads.set(savedId(org.create('Lead', values, seller)), STAGES[0]);
  }
  return leads;
}

/** @returns how many changes were made */
async function changeSteadily(
  { org, seller }: World,
  leads: Map<string, string>,
  { seconds, changesPerSecond, seed }: FailoverOptions,
): Promise<number> {
  const random = seededRandom(`changes ${seed}`);
  const ids = [...leads.keys()];
  const startedAt = performance.now();
  const total = seconds * changesPerSecond;
  let made = 0;
  while (made < total) {
    const isTime = Math.min(total, ((performance.now() - startedAt) / 1_000) * changesPerSecond);
    for (; made < isTime; made += 1) {
      const id = ids[Math.floor(random() * ids.length)] ?? '';
      const stage = leads.get(id) === STAGES[0] ? STAGES[1] : STAGES[0];
      savedId(org.update('Lead', id, { Status: stage }, seller, IN_THE_BROWSER));
      leads.set(id, stage);
    }
    await sleep(10);
  }
  return made;
}

/** Kills the listener, kills another one, freezes the listener, in turn: in between the next one takes over. */
async function strikeForever(fleet: RelayFleet, { seed, say }: FailoverOptions, signal: AbortSignal) {
  const random = seededRandom(`strikes ${seed}`);
  const counts = { killed: 0, frozen: 0 };
  const pending: Promise<unknown>[] = [];
  for (let strike = 0; !signal.aborted; strike += 1) {
    await sleep(STRIKE_MS, undefined, { signal }).catch(() => undefined);
    // A strike during a failover would begin another one, and the times of both would be told as one.
    await until(() => !fleet.isFailingOver || signal.aborted, 2 * ALLOWED_FAILOVER_MS);
    if (signal.aborted) break;
    const others = fleet.working.filter((relay) => relay !== fleet.listener);
    const other = others[Math.floor(random() * others.length)];
    const victim = strike % 3 === 1 || fleet.listener === undefined ? other : fleet.listener;
    if (victim === undefined || fleet.working.length < 2) continue;
    const isListener = victim === fleet.listener;
    if (strike % 3 === 2 && isListener) {
      counts.frozen += 1;
      say(`relay ${victim.number}, which listens, is frozen for ${FROZEN_MS / 1_000} s`);
      fleet.freeze(victim);
      pending.push(sleep(FROZEN_MS).then(() => fleet.thaw(victim)));
    } else {
      counts.killed += 1;
      say(`relay ${victim.number}${isListener ? ', which listens,' : ''} is killed`);
      fleet.kill(victim);
      pending.push(sleep(RESTART_MS).then(() => fleet.start()));
    }
  }
  await Promise.all(pending);
  return counts;
}

function isSettled({ org }: World, leads: ReadonlyMap<string, string>): boolean {
  for (const [id, stage] of leads) {
    const record = org.peek('Lead', id);
    if (record?.OneSignal_Synced_Stage__c !== stage || record.OneSignal_Sync_Due__c === true) return false;
  }
  return true;
}

function judge(
  world: World,
  fleet: RelayFleet,
  leads: ReadonlyMap<string, string>,
  { isInTime, longest }: { isInTime: boolean; longest: number },
): string[] {
  const follows = [...leads].map(([id, stage]): Follow => {
    const expected = { status: 'Synced', reason: 'OK', user: id, tags: { sf_stage: stage } } as const;
    return { object: 'Lead', id, name: 'lead', expected: { ...expected, aliases: { salesforce_id: id } } };
  });
  const problems = [...verify(world, follows), ...fleet.complaints];
  if (!isInTime) problems.push(`not everything was in step ${ALLOWED_SETTLE_MS / 1_000} s after the last change`);
  if (fleet.failovers.length === 0) problems.push('no relay that listens was struck');
  if (fleet.isFailingOver || longest > ALLOWED_FAILOVER_MS) problems.push('a failover took too long');
  return problems;
}

async function until(condition: () => boolean, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}
