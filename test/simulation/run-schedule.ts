import { seededRandom } from '../emulators/salesforce/org/ids.ts';
import { judge, judgeCursor } from './judge.ts';
import { Lives } from './lives.ts';
import { SimulatedOneSignal } from './simulated-onesignal.ts';
import { SimulatedOrg } from './simulated-org.ts';
import { SimulatedRelay } from './simulated-relay.ts';
import { simulatedSession } from './simulated-session.ts';
import { simulatedSource } from './simulated-source.ts';
import { SimulatedWorld, START } from './simulated-world.ts';
import { liveIn, VirtualTime } from './virtual-time.ts';

export interface ScheduleResult {
  seed: number;
  findings: string[];
  /** What happened, line by line. */
  trace: string[];
  crashes: number;
  /** Writes that OneSignal applied. */
  writes: number;
  /** Virtual time until everything was at rest, ms. */
  restedAfterMs: number;
}

let time = new VirtualTime(START);
liveIn(() => time);

/** Plays one schedule. One at a time: the process has one time. */
export async function runSchedule(seed: number): Promise<ScheduleResult> {
  const world = new SimulatedWorld(seed);
  time = world.time;
  Math.random = seededRandom(`relay ${seed}`);
  const org = new SimulatedOrg(world);
  const onesignal = new SimulatedOneSignal(world);
  const relay = new SimulatedRelay(world, {
    session: (onAnswer) => simulatedSession(world, org, onAnswer),
    source: (handlers, start) => simulatedSource(world, org, handlers, start),
    dispatcher: () => onesignal.dispatcher(),
    senderDied: () => onesignal.senderDied(),
  });
  const lives = new Lives(world, relay, () => judgeCursor(org, relay.store, relay.since));
  try {
    for (const { at, record, stage, publishedAfterMs } of world.schedule.changes) {
      const lead = org.leads[record];
      if (lead !== undefined) time.after(at, 'world', () => org.move(lead, stage, publishedAfterMs));
    }
    const crashes = await lives.play(
      () => judge(org, onesignal, relay.store),
      () => onesignal.hasLateWrites || org.underWay > 0,
    );
    const restedAfterMs = time.now - START;
    return { seed, findings: world.findings, trace: world.trace, crashes, writes: onesignal.writes, restedAfterMs };
  } finally {
    await relay.discard();
  }
}
