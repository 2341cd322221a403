import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ToAny } from './answer-messages.ts';
import type { ToDelay } from './delay-process.ts';
import type { ToOneSignal, WriteFigures } from './onesignal-process.ts';
import { profileFlags } from './profile.ts';
import type { Happened, Stamped, ToSalesforce } from './salesforce-process.ts';

export interface Figures extends WriteFigures {
  salesforceCalls: number;
}

/** Processor time that each emulator has taken since its start, s. */
export interface EmulatorCpu {
  salesforce: number;
  onesignal: number;
}

/** Both sides, each in a process of its own, so that what a bench measures of the relay's process is the relay's alone. */
export interface Emulators {
  environment: Record<string, string>;
  /** Counts from here on. */
  beginPhase(): Promise<void>;
  figures(): Promise<Figures>;
  cpu(): Promise<EmulatorCpu>;
  /** Somebody edits the mapping of the stage that all leads are in. */
  map(lifecycleStage: string): Promise<void>;
  /** Somebody moves so many leads, one after the other; 0 a second is as fast as Salesforce can. Resolves at once. */
  move(count: number, perSecond: number): Promise<void>;
  /** What happened since the last question. */
  happened(): Promise<Happened & { received: Stamped }>;
  /** OneSignal has a user for each lead already, without tags. */
  seedUsers(): Promise<void>;
  /** Leads of which OneSignal, or the record itself, does not say the stage that they are in. */
  outOfStep(): Promise<OutOfStep>;
  stop(): Promise<void>;
}

export interface OutOfStep {
  inOneSignal: number;
  onRecord: number;
}

/** What OneSignal allows an app, a second: https://documentation.onesignal.com/reference/rate-limits */
export const APP_LIMIT = 1_000;

export interface WorldLimits {
  /** What OneSignal allows; `APP_LIMIT` by default. */
  requestsPerSecond?: number;
  /** What the org has; so many that none is felt by default. */
  apiCallsPerDay?: number;
  /** How long the way to either side takes, one direction, ms. */
  delayMs?: number;
}

const PLENTY = 100_000_000;

export async function startEmulators(leads: number, limits: WorldLimits = {}): Promise<Emulators> {
  const { requestsPerSecond = APP_LIMIT, apiCallsPerDay = PLENTY, delayMs = 0 } = limits;
  const salesforce = startProcess<ToSalesforce>('salesforce');
  const onesignal = startProcess<ToOneSignal>('onesignal');
  const environment: Record<string, string> = {
    ...(await onesignal.ask<Record<string, string>>({ kind: 'start', requestsPerSecond })),
    ...(await salesforce.ask<Record<string, string>>({ kind: 'start', leads, apiCallsPerDay })),
  };
  const way = delayMs > 0 ? await delayWays(environment, delayMs, salesforce) : undefined;
  const calls = () => salesforce.ask<number>({ kind: 'calls' });
  let callsBefore = 0;
  return {
    environment,
    async beginPhase() {
      await onesignal.ask({ kind: 'phase' });
      callsBefore = await calls();
    },
    async figures() {
      return {
        ...(await onesignal.ask<WriteFigures>({ kind: 'writes' })),
        salesforceCalls: (await calls()) - callsBefore,
      };
    },
    cpu: async () => ({ salesforce: await salesforce.cpu(), onesignal: await onesignal.cpu() }),
    move: async (count, perSecond) => void (await salesforce.ask({ kind: 'move', count, perSecond })),
    async happened() {
      const happened = await salesforce.ask<Happened>({ kind: 'happened' });
      return { ...happened, received: await onesignal.ask<Stamped>({ kind: 'received' }) };
    },
    async seedUsers() {
      const externalIds = Object.keys(await salesforce.ask<object>({ kind: 'stages' }));
      await onesignal.ask({ kind: 'seed', externalIds });
    },
    async outOfStep() {
      const stages = await salesforce.ask<Record<string, { stage: string; synced: string }>>({ kind: 'stages' });
      const tags = await onesignal.ask<Record<string, string>>({ kind: 'tags' });
      const all = Object.entries(stages);
      return {
        inOneSignal: all.filter(([id, { stage }]) => tags[id] !== stage).length,
        onRecord: all.filter(([, { stage, synced }]) => synced !== stage).length,
      };
    },
    map: async (lifecycleStage) => void (await salesforce.ask({ kind: 'map', lifecycleStage })),
    stop: async () => void (await Promise.all([salesforce, onesignal, way].map((one) => one?.stop()))),
  };
}

/** Puts a slow way before both sides. */
async function delayWays(
  environment: Record<string, string>,
  ms: number,
  salesforce: EmulatorProcess<ToSalesforce>,
): Promise<EmulatorProcess<ToDelay>> {
  const way = startProcess<ToDelay>('delay');
  const behind = (target: string) => way.ask<string>({ kind: 'start', target, ms });
  const { SALESFORCE_LOGIN_URL = '', ONESIGNAL_API_URL = '' } = environment;
  environment.SALESFORCE_LOGIN_URL = await behind(SALESFORCE_LOGIN_URL);
  environment.ONESIGNAL_API_URL = await behind(ONESIGNAL_API_URL);
  await salesforce.ask({ kind: 'advertise', url: environment.SALESFORCE_LOGIN_URL });
  return way;
}

type EmulatorProcess<Message extends object> = ReturnType<typeof startProcess<Message>>;

function startProcess<Message extends object>(name: string) {
  const child = fork(join(import.meta.dirname, `${name}-process.ts`), {
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-old-space-size=8192', ...profileFlags(name)],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the emulator of ${name} ended with ${code}`);
  });
  ended.catch(() => undefined);
  let last: Promise<unknown> = Promise.resolve();
  /** One question at a time: the answers carry no number. */
  const ask = <Answer>(message: Message | ToAny): Promise<Answer> => {
    const answer = last.then(async () => {
      child.send(message);
      const [answered] = await Promise.race([once(child, 'message'), ended]);
      return answered as Answer;
    });
    last = answer;
    return answer;
  };
  return {
    ask,
    cpu: () => ask<number>({ kind: 'cpu' }),
    /** Resolves when it is gone, and has written its profile. */
    stop: async () => {
      child.kill();
      await ended.catch(() => undefined);
    },
  };
}
