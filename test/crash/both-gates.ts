import { setTimeout as sleep } from 'node:timers/promises';
import type { SeenRequest } from '../emulators/proxy.ts';
import { CHANNEL, type World } from '../emulators/world.ts';
import { startGate } from './gate.ts';
import type { Life } from './life.ts';
import type { RunningChanges } from './play-changes.ts';
import { nameOneSignalRequest, nameSalesforceAnswer, nameSalesforceRequest, userOfRequest } from './request-names.ts';

/** The gates to both emulators, and what they saw that judgement needs. */
export interface BothGates {
  /** Points a relay at the gates instead of the emulators. */
  variables: Record<string, string>;
  /** The relay that is alive now. */
  life: Life | undefined;
  /** The changes that are being made now. */
  changes: RunningChanges | undefined;
  /** External ids of users to which a write was cut off. */
  doubtful: Set<string>;
  /** Replay id up to which a subscription without a cursor left events to reconcile. */
  readonly since: number;
  /** Resolves once every write that was held back has landed. */
  landed(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Long enough for the next relay to have come to rest, so that what lands is old news. */
const LATE_MS = 5_000;
/** The emulator's timer runs in this process too, and starts a request later. */
const LANDING_MS = 500;
/** How long OneSignal takes where a race is run: the event of the change has come by then. */
const RACE_MS = 150;

export interface GatesOptions {
  world: World;
  /** Whether a write that OneSignal got just before a kill lands long after it. */
  isLate: boolean;
  /** Whether people change again while OneSignal works on a write about them. */
  isRacing: boolean;
}

export async function startGates({ world, isLate, isRacing }: GatesOptions): Promise<BothGates> {
  const doubtful = new Set<string>();
  const landing: Promise<void>[] = [];
  let since = 0;
  const { faults } = world.onesignal;

  const onesignal = await startGate({
    target: world.onesignal.url,
    name: nameOneSignalRequest,
    reach: (name, moment) => gates.life?.reach(`onesignal.${name} ${moment}`) ?? false,
    holdBack(request) {
      const match = { method: request.method, path: exactly(request.path) };
      if (isLate) {
        faults.applyLate(1, LATE_MS, match);
        landing.push(new Promise((resolve) => setTimeout(resolve, LATE_MS + LANDING_MS)));
      } else {
        faults.hang(1, match);
      }
      return 'forward';
    },
    beforePassing(request) {
      const user = userOfRequest(request);
      const isChanged = isRacing && user !== undefined && gates.changes?.hurry(user);
      return isChanged ? sleep(RACE_MS) : undefined;
    },
    onUnanswered(request) {
      const user = userOfRequest(request);
      if (user !== undefined) doubtful.add(user);
    },
  });
  const salesforce = await startGate({
    target: world.salesforce.url,
    name: nameSalesforceRequest,
    nameAnswer: nameSalesforceAnswer,
    reach: (name, moment) => gates.life?.reach(`salesforce.${name} ${moment}`) ?? false,
    holdBack: () => 'discard',
    rewrite: (name, answer) => (name === 'token' ? answer.replaceAll(world.salesforce.url, salesforce.url) : answer),
    onAnswered(name, request) {
      if (name === 'subscribe' && startsWithNew(request)) since = world.org.lastReplayId(CHANNEL);
    },
  });
  const gates: BothGates = {
    variables: { ...world.environment, SALESFORCE_LOGIN_URL: salesforce.url, ONESIGNAL_API_URL: onesignal.url },
    life: undefined,
    changes: undefined,
    doubtful,
    get since() {
      return since;
    },
    landed: () => Promise.all(landing),
    close: () => Promise.all([onesignal.close(), salesforce.close()]),
  };
  return gates;
}

function exactly(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

/** A subscription from -1: what came before is not replayed. */
function startsWithNew({ body }: SeenRequest): boolean {
  return /:-1\b/.test(body);
}
