import { seededRandom } from '../emulators/salesforce/org/ids.ts';
import { Lives } from '../simulation/lives.ts';
import { SimulatedRelay } from '../simulation/simulated-relay.ts';
import { simulatedSource } from '../simulation/simulated-source.ts';
import { SimulatedWorld, START } from '../simulation/simulated-world.ts';
import { liveIn, VirtualTime } from '../simulation/virtual-time.ts';
import { EmulatedOneSignal } from './emulated-onesignal.ts';
import { EmulatedOrg } from './emulated-org.ts';
import { judgePeople } from './judge-people.ts';
import { operationsOf, Seller } from './operations.ts';

export interface PlayedPeople {
  seed: number;
  findings: string[];
  /** What happened, line by line. */
  trace: string[];
  operations: number;
  crashes: number;
  /** Writes that OneSignal applied. */
  writes: number;
}

/** Before the relay's first look at the setup nothing happens, ms: a first start leaves a crowd to a backfill. */
const OPENING_MS = 5_000;

let time = new VirtualTime(START);
liveIn(() => time);

/** Plays one interleaving on the real relay between the two emulators. One at a time: the process has one time. */
export async function playPeople(seed: number): Promise<PlayedPeople> {
  const world = new SimulatedWorld(seed);
  time = world.time;
  Math.random = seededRandom(`relay ${seed}`);
  const chance = seededRandom(`events ${seed}`);
  const share = (most: number) => (chance() < 0.5 ? 0 : chance() * most);
  const org = new EmulatedOrg(world, { lost: share(0.3), late: share(0.5) });
  org.org.setSettings({ Sync_Email__c: true });
  const onesignal = new EmulatedOneSignal(world);
  const relay = new SimulatedRelay(world, {
    session: (onAnswer) => org.session(onAnswer),
    source: (handlers, start) => simulatedSource(world, org, handlers, start),
    dispatcher: () => onesignal.dispatcher(),
    senderDied: () => onesignal.senderDied(),
  });
  const seller = new Seller(org, onesignal);
  const spanMs = Math.max(20_000, world.schedule.calmFrom - OPENING_MS - 60_000);
  const operations = operationsOf(seed, Math.min(spanMs, world.schedule.calmFrom));
  for (const { at, operation } of operations) {
    time.after(OPENING_MS + at, 'world', () => world.note(seller.does(operation) ?? `refused: ${operation.kind}`));
  }
  const lives = new Lives(world, relay, () => Promise.resolve([]));
  try {
    const isAhead = () => time.now < START + OPENING_MS + (operations.at(-1)?.at ?? 0);
    const crashes = await lives.play(
      () => judgePeople(org, onesignal, relay.store, seller.history),
      () => onesignal.hasLateWrites || org.underWay > 0 || isAhead(),
    );
    const { app, user, view } = onesignal.flow.rates.violations;
    if (app + user + view > 0) world.find(`limits broken: ${JSON.stringify(onesignal.flow.rates.violations)}`);
    const { findings, trace } = world;
    return { seed, findings, trace, operations: operations.length, crashes, writes: onesignal.writes };
  } finally {
    await relay.discard();
  }
}
