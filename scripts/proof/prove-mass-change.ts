import { setImmediate as letOthersWork } from 'node:timers/promises';
import { type RunningRelay, startRelay } from '../../test/emulators/running-relay.ts';
import { startWorld, type World } from '../../test/emulators/world.ts';
import { type Follow, IN_THE_BROWSER, savedId } from '../demo/play.ts';
import { verify } from '../demo/verify.ts';

export interface MassChangeProof {
  changes: number;
  /** Event deliveries that were used up. */
  deliveries: number;
  /** What is not as it must be, a sentence each. */
  problems: string[];
  /** From the first change to the last status on a record. */
  seconds: number;
  /** Calls from the first change until everything was in step and one more pass of reconcile had found that. */
  salesforce_api_calls: number;
  allowed_api_calls: number;
  /** Of those calls, by what they were for. */
  calls: Readonly<Partial<Record<string, number>>>;
  /** From a change that somebody made in the middle to the status on its record. */
  live_seconds: number | null;
  /** The same for one made when no event was delivered any more. */
  late_seconds: number | null;
}

export interface MassChangeOptions {
  changes: number;
  /** Event deliveries that the org has. */
  deliveries: number;
  allowedCalls: number;
  /** Requests a second to OneSignal. */
  rate: number;
  say(line: string): void;
}

const FIRST = 'Open - Not Contacted';
const LATER = 'Working - Contacted';
/** Of the single changes. */
const LAST = 'Closed - Not Converted';
/** Rows that a data load changes in one transaction. */
const TRANSACTION = 200;
const RECONCILE_MINUTES = 2;
/** A single change is through by then while events are delivered. */
const LIVE_SECONDS = 30;
/** Without deliveries reconcile has to come by first. */
const LATE_SECONDS = RECONCILE_MINUTES * 60;
const PATIENCE_MS = 3_600_000;

/** Loads leads, moves nearly all of them to another stage at once, and watches two single changes get through. */
export async function proveMassChange(options: MassChangeOptions): Promise<MassChangeProof> {
  const { changes, deliveries, allowedCalls, rate, say } = options;
  const world = await startWorld({ org: { seed: 'mass-change' }, salesforce: { deliveriesPerDay: deliveries } });
  try {
    say(`${changes + 2} leads are loaded past the flows.`);
    const ids = load(world, changes + 2);
    const [live = '', late = '', ...crowd] = ids;
    const variables = {
      ONESIGNAL_REQUESTS_PER_SECOND: String(rate),
      RELAY_RECONCILE_MINUTES: String(RECONCILE_MINUTES),
    };
    const relay = await startRelay(world, { variables });
    try {
      world.salesforce.stats.reset();
      const startedAt = performance.now();
      say(`${changes} of them move to another stage, with ${deliveries} event deliveries left.`);
      const half = Math.floor(Math.min(deliveries, changes) / 2);
      await moveAll(world, crowd.slice(0, half));
      const liveThrough = through(world, relay, live, LIVE_SECONDS);
      await moveAll(world, crowd.slice(half));
      await relay.until('events are delivered or spent', () => isOver(world, deliveries, changes), PATIENCE_MS);
      say('Another one moves, of which no event tells.');
      const lateThrough = through(world, relay, late, LATE_SECONDS);
      const [live_seconds, late_seconds] = await Promise.all([liveThrough, lateThrough]);
      await inStep(relay, world);
      const seconds = tenths(performance.now() - startedAt);
      say('All statuses are written; reconcile comes by once more.');
      await nextPass(relay, world);
      const { apiCalls, calls } = world.salesforce.stats;
      const follows = [...crowd.map((id) => follow(id, LATER)), follow(live, LAST), follow(late, LAST)];
      const problems = verify(world, follows);
      if (apiCalls > allowedCalls) problems.push(`it cost ${apiCalls} API calls, and may cost ${allowedCalls}`);
      if (live_seconds === null) problems.push(`the change in the middle was not through after ${LIVE_SECONDS} s`);
      if (late_seconds === null) problems.push(`the change without an event was not through after ${LATE_SECONDS} s`);
      return {
        changes,
        deliveries: world.salesforce.stats.deliveries,
        problems,
        seconds,
        salesforce_api_calls: apiCalls,
        allowed_api_calls: allowedCalls,
        calls: { ...calls },
        live_seconds,
        late_seconds,
      };
    } finally {
      await relay.stop();
    }
  } finally {
    await world.close();
  }
}

/** As a data load does whose user holds OneSignal Bypass: no stamp, no event. */
function load({ org }: World, count: number): string[] {
  const loader = org.addUser({
    username: 'loader@emulated.example',
    isAdministrator: true,
    permissionSets: ['OneSignal_Relay'],
  });
  return Array.from({ length: count }, (_, n) =>
    savedId(org.create('Lead', { LastName: `Lead ${n}`, Company: 'Acme', Status: FIRST }, loader)),
  );
}

async function moveAll({ org, seller }: World, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    savedId(org.update('Lead', id, { Status: LATER }, seller, IN_THE_BROWSER));
    if (index % TRANSACTION === 0) await letOthersWork();
  }
}

/** Moves one lead. @returns after how many seconds its record says so; null when that was not in time */
async function through(world: World, relay: RunningRelay, id: string, allowed: number): Promise<number | null> {
  savedId(world.org.update('Lead', id, { Status: LAST }, world.seller, IN_THE_BROWSER));
  const startedAt = performance.now();
  const isThrough = () => world.org.peek('Lead', id)?.OneSignal_Synced_Stage__c === LAST;
  const seconds = () => tenths(performance.now() - startedAt);
  await relay.until('the change is through', () => isThrough() || seconds() > allowed, PATIENCE_MS);
  return isThrough() ? seconds() : null;
}

function isOver({ salesforce }: World, deliveries: number, changes: number): boolean {
  return salesforce.stats.deliveries >= Math.min(deliveries, changes + 1);
}

async function inStep({ until, store }: RunningRelay, { org }: World): Promise<void> {
  const isDue = ({ Id }: { Id?: unknown }) => org.peek('Lead', String(Id))?.OneSignal_Sync_Due__c === true;
  const isInStep = async () => {
    const { due, pendingWriteBacks } = await store.counts();
    return due + pendingWriteBacks === 0 && !org.rows('Lead').some(isDue);
  };
  let looked = 0;
  await until(
    'everything is in step',
    async () => {
      // A look at every lead takes the emulated org a while.
      if (performance.now() - looked < 1_000) return false;
      const isDone = await isInStep();
      looked = performance.now();
      return isDone;
    },
    PATIENCE_MS,
  );
}

/** Resolves when a pass has begun and ended that sees everything up to now. */
async function nextPass({ until, store }: RunningRelay, { org }: World): Promise<void> {
  const now = org.now();
  await until('reconcile came by', async () => ((await store.mark()) ?? 0) >= now, PATIENCE_MS);
}

function follow(id: string, stage: string): Follow {
  const expected = { status: 'Synced', reason: 'OK', user: id, tags: { sf_stage: stage } } as const;
  return { object: 'Lead', id, name: id, expected: { ...expected, aliases: { salesforce_id: id } } };
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
