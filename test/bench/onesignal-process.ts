import { type OneSignalSide, startOneSignalSide } from '../emulators/world.ts';
import { answerMessages } from './answer-messages.ts';
import type { Stamped } from './salesforce-process.ts';

/** OneSignal in a process of its own. */
export type ToOneSignal =
  | { kind: 'start'; requestsPerSecond: number }
  /** Users that the app has already, by their external ids. */
  | { kind: 'seed'; externalIds: readonly string[] }
  /** Counts from here on. */
  | { kind: 'phase' }
  | { kind: 'writes' }
  /** Writes since the last question, by their receipt. */
  | { kind: 'received' }
  | { kind: 'tags' };

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
  requests: number;
}

let side: OneSignalSide | undefined;
let phase = { from: 0, scanned: 0, creates: 0, updates: 0 };
let told = 0;

async function start(requestsPerSecond: number): Promise<Record<string, string>> {
  side = await startOneSignalSide({ onesignal: { requestsPerSecond } });
  return side.environment;
}

function seed({ onesignal }: OneSignalSide, externalIds: readonly string[]): number {
  for (const externalId of externalIds) onesignal.seedUser({ externalId, aliases: { salesforce_id: externalId } });
  return externalIds.length;
}

function begin({ onesignal }: OneSignalSide): number {
  const from = onesignal.stats.writes.length;
  phase = { from, scanned: from, creates: 0, updates: 0 };
  return from;
}

function writes({ onesignal }: OneSignalSide): WriteFigures {
  const { writes, requests } = onesignal.stats;
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
    requests,
  };
}

function received({ onesignal }: OneSignalSide): Stamped {
  const news = onesignal.stats.writes.slice(told);
  told += news.length;
  return news.map(({ externalId = '', receivedAt }) => [externalId, receivedAt]);
}

function tags({ onesignal }: OneSignalSide): Record<string, string | undefined> {
  return Object.fromEntries(onesignal.users.all().map(({ aliases, tags }) => [aliases.external_id, tags.sf_stage]));
}

answerMessages<ToOneSignal>(async (message) => {
  if (message.kind === 'start') return start(message.requestsPerSecond);
  if (side === undefined) throw new Error('OneSignal was asked before it was started');
  if (message.kind === 'seed') return seed(side, message.externalIds);
  if (message.kind === 'phase') return begin(side);
  if (message.kind === 'received') return received(side);
  return message.kind === 'tags' ? tags(side) : writes(side);
});
