import type { OneSignalClient } from '../../onesignal/onesignal-contract.ts';
import type { OneSignalOutcome } from '../../onesignal/onesignal-outcome.ts';
import type { SyncEntry } from './journal-entry.ts';

export type TracedCall = SyncEntry['c'][number];

/** The same client, which notes each call about a user in `calls`. @param now ms since 1970 */
export function tracedClient(client: OneSignalClient, calls: TracedCall[], now: () => number): OneSignalClient {
  const traced = <Given extends unknown[]>(name: string, call: (...given: Given) => Promise<OneSignalOutcome>) => {
    return async (...given: Given) => {
      const began = now();
      const outcome = await call(...given);
      calls.push([began, name, answerOf(outcome), now() - began]);
      return outcome;
    };
  };
  return {
    ...client,
    createUser: traced('create user', client.createUser),
    updateTags: traced('update tags', client.updateTags),
    updateIdentity: traced('update aliases', client.updateIdentity),
    deleteAlias: traced('delete alias', client.deleteAlias),
    deleteUser: traced('delete user', client.deleteUser),
    createSubscription: traced('create subscription', client.createSubscription),
    updateSubscription: traced('update subscription', client.updateSubscription),
    transferSubscription: traced('transfer subscription', client.transferSubscription),
    deleteSubscription: traced('delete subscription', client.deleteSubscription),
    viewUser: traced('view user', client.viewUser),
  };
}

/** Codes and numbers, as the outcome has them: never the text of an answer. */
function answerOf(outcome: OneSignalOutcome): string {
  const kind = outcome.kind.replaceAll('_', ' ');
  return 'status' in outcome ? `${kind} (${outcome.status})` : `${kind} (${outcome.fault})`;
}
