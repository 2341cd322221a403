import type { CallOptions, OneSignalClient } from '../onesignal/onesignal-contract.ts';
import type { OneSignalOutcome, OneSignalUser } from '../onesignal/onesignal-outcome.ts';
import { ruleOfOutcome } from './retries/retry-table.ts';

/** `gone`: OneSignal has the user no more. `kept`: others have something there. `again`: nobody can say yet. */
export type Retirement = { kind: 'gone' } | { kind: 'kept' } | { kind: 'again'; outcome: OneSignalOutcome };

/**
 * Deletes a user that we made and whose records have moved to another, if it holds nothing of others: no subscription,
 * and no alias but its external id. Costs a view, of which OneSignal allows one a second for the whole app
 * (https://documentation.onesignal.com/reference/rate-limits), so it is never part of a record's own work.
 */
export async function retireUser(key: string, client: OneSignalClient, options: CallOptions): Promise<Retirement> {
  const alias = { label: 'external_id', id: key };
  const seen = await client.viewUser(alias, options);
  if (seen.kind === 'not_found') return { kind: 'gone' };
  if (seen.kind !== 'viewed') return { kind: 'again', outcome: seen };
  if (holdsAnything(seen.user)) return { kind: 'kept' };
  const deleted = await client.deleteUser(alias, key, options);
  if (deleted.kind === 'accepted' || deleted.kind === 'not_found') return { kind: 'gone' };
  return ruleOfOutcome(deleted).follows === 'verdict' ? { kind: 'kept' } : { kind: 'again', outcome: deleted };
}

function holdsAnything({ identity, subscriptions }: OneSignalUser): boolean {
  const ofOthers = Object.keys(identity).filter((label) => label !== 'external_id' && label !== 'onesignal_id');
  return subscriptions.length > 0 || ofOthers.length > 0;
}
