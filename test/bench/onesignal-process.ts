import { type OneSignalSide, startOneSignalSide } from '../emulators/world.ts';
import { answerMessages } from './answer-messages.ts';

/** OneSignal in a process of its own. */
export type ToOneSignal =
  | { kind: 'start' }
  /** Counts from here on. */
  | { kind: 'phase' }
  | { kind: 'writes' };

/** What OneSignal counted in this phase. */
export interface WriteFigures {
  creates: number;
  updates: number;
  /** First and last write by their receipt, ms since 1970; undefined before the first. */
  firstAt: number | undefined;
  lastAt: number | undefined;
  /** Requests that broke a limit of OneSignal's, over all phases. */
  violations: number;
  /** Users that OneSignal has. */
  users: number;
}

const REQUESTS_PER_SECOND = 1_000;

let side: OneSignalSide | undefined;
let phase = { from: 0, scanned: 0, creates: 0, updates: 0 };

async function start(): Promise<Record<string, string>> {
  side = await startOneSignalSide({ onesignal: { requestsPerSecond: REQUESTS_PER_SECOND } });
  return side.environment;
}

function begin({ onesignal }: OneSignalSide): number {
  const from = onesignal.stats.writes.length;
  phase = { from, scanned: from, creates: 0, updates: 0 };
  return from;
}

function writes({ onesignal }: OneSignalSide): WriteFigures {
  const { writes } = onesignal.stats;
  for (; phase.scanned < writes.length; phase.scanned += 1) {
    const call = writes[phase.scanned]?.call;
    if (call === 'create_user') phase.creates += 1;
    if (call === 'update_user') phase.updates += 1;
  }
  const { app, user, view } = onesignal.violations;
  return {
    creates: phase.creates,
    updates: phase.updates,
    firstAt: writes[phase.from]?.receivedAt,
    lastAt: writes.length > phase.from ? writes.at(-1)?.receivedAt : undefined,
    violations: app + user + view,
    users: onesignal.users.count(),
  };
}

answerMessages<ToOneSignal>(async (message) => {
  if (message.kind === 'start') return start();
  if (side === undefined) throw new Error('OneSignal was asked before it was started');
  return message.kind === 'phase' ? begin(side) : writes(side);
});
