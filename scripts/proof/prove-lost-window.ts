import { type RunningRelay, startRelay } from '../../test/emulators/running-relay.ts';
import { startWorld, type World } from '../../test/emulators/world.ts';
import { verify } from '../demo/verify.ts';
import { type LostChanges, lostChanges } from './lost-changes.ts';

export interface LostWindowProof {
  changes: number;
  /** Living and deleted records that were judged. */
  records: number;
  /** What is not as it must be, a sentence each. */
  problems: string[];
  /** From the start of the relay to the last status on a record; null when that did not come in time. */
  seconds: number | null;
  allowed_seconds: number;
  /** Calls to each side from that start on. */
  salesforce_api_calls: number;
  /** Of those, the ones that reconcile read with. */
  reconcile_api_calls: number;
  onesignal_requests: number;
}

export interface LostWindowOptions {
  changes: number;
  allowedSeconds: number;
  say(line: string): void;
}

/** Longer than Salesforce keeps events. */
const DOWN_MS = 73 * 3_600_000;
/** For the records that are there before: this is not what is measured. */
const PREPARATION_MS = 600_000;

/**
 * Stops a relay that is in step, makes changes over three days, takes the replay window away, starts the relay again and
 * judges what comes of it.
 */
export async function proveLostWindow({ changes, allowedSeconds, say }: LostWindowOptions): Promise<LostWindowProof> {
  const clock = { behindMs: DOWN_MS };
  const world = await startWorld({ org: { seed: 'lost-window', clock: () => Date.now() - clock.behindMs } });
  try {
    const story = lostChanges(world, changes);
    say('The relay brings the records of three days ago in step.');
    const dataDir = await bringInStep(world, story);
    say(`The relay is down. ${changes} changes are made over three days, and Salesforce forgets their events.`);
    for (const [index, change] of story.changes.entries()) {
      clock.behindMs = DOWN_MS * (1 - (index + 1) / changes);
      change();
    }
    world.salesforce.faults.loseReplayWindow();
    world.salesforce.stats.reset();
    const { requests } = world.onesignal.stats;
    const windowQueries = countWindowQueries(world);
    say('The relay starts again.');
    const startedAt = performance.now();
    // The relay learns Salesforce's time from a header in whole seconds.
    const mark = world.org.now() - 1_000;
    const relay = await startRelay(world, { dataDir });
    const isInTime = await caughtUp(relay, mark, allowedSeconds * 1_000 - (performance.now() - startedAt));
    const seconds = isInTime ? Math.round((performance.now() - startedAt) / 100) / 10 : null;
    await relay.stop();
    const { stats } = world.salesforce;
    return {
      ...judge(world, story, seconds, allowedSeconds),
      salesforce_api_calls: stats.apiCalls,
      reconcile_api_calls: windowQueries() + (stats.calls.queryMore ?? 0),
      onesignal_requests: world.onesignal.stats.requests - requests,
    };
  } finally {
    await world.close();
  }
}

/** @returns the folder of the store that knows the records */
async function bringInStep(world: World, story: LostChanges): Promise<string> {
  const relay = await startRelay(world);
  try {
    story.prepare();
    await relay.settled(PREPARATION_MS);
  } finally {
    await relay.stop({ keepData: true });
  }
  return relay.dataDir;
}

/** True once a pass has read up to the mark and nothing waits any more; false when the time is over before. */
async function caughtUp(relay: RunningRelay, mark: number, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  let isDone = false;
  await relay.until(
    'nothing waits',
    async () => {
      const { due, pendingWriteBacks } = await relay.store.counts();
      isDone = ((await relay.store.mark()) ?? 0) >= mark && due + pendingWriteBacks === 0;
      return isDone || performance.now() > deadline;
    },
    milliseconds + 60_000,
  );
  return isDone;
}

/** Only reconcile asks by SystemModstamp, and only its queries have more than one page. */
function countWindowQueries({ org }: World): () => number {
  let count = 0;
  const { query } = org;
  org.query = (soql, as, options) => {
    if (soql.includes('WHERE SystemModstamp >=')) count += 1;
    return query(soql, as, options);
  };
  return () => count;
}

function judge(world: World, story: LostChanges, seconds: number | null, allowed_seconds: number) {
  const [follows, deleted] = [story.followed(), story.deleted()];
  const problems = [...verify(world, follows), ...deleted.flatMap((id) => leftovers(world, id))];
  if (seconds === null) problems.push(`not everything was in step after ${allowed_seconds} seconds`);
  const records = follows.length + deleted.length;
  return { changes: story.changes.length, records, problems, seconds, allowed_seconds };
}

/** By default a deleted record takes its tags and aliases along, and the user stays. */
function leftovers(world: World, id: string): string[] {
  const user = world.onesignal.users.byExternalId(id);
  if (user === undefined) return [`the user of the deleted record ${id} is gone`];
  const isClean = Object.keys(user.tags).length === 0 && user.aliases.salesforce_id === undefined;
  return isClean ? [] : [`the user of the deleted record ${id} still carries what the record gave it`];
}
