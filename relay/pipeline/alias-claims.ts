import { isRecordIdOf, RECORD_ALIASES } from '../mapping/record.ts';
import type { CallOptions, OneSignalClient } from '../onesignal/onesignal-contract.ts';
import type { OneSignalOutcome } from '../onesignal/onesignal-outcome.ts';
import type { LinkedRecord, Store } from '../store/store.ts';

/** An alias of a user that another one holds without right: both are one piece of work until it has let go. */
export interface StaleClaim {
  key: string;
  /** The external id of the user that holds the alias. */
  holder: string;
  label: string;
  id: string;
}

export type ClaimResolution =
  /** The holder is to let go: the work is to be done again, together with it. */
  | { kind: 'stale' }
  /** It is not ours to take away. `what` says whose it is, as far as that is known. */
  | { kind: 'claimed'; what: string }
  /** Nobody can say yet. */
  | { kind: 'again'; outcome: OneSignalOutcome };

/** Finds out who holds an alias that OneSignal does not let a user have, and whether it may be taken away there. */
export interface AliasClaims {
  /** What was found for these users. */
  of(keys: readonly string[]): StaleClaim[];
  /** @param claimed aliases by label that OneSignal said another user holds @param recordIds that stand for the user */
  resolve(
    key: string,
    claimed: Readonly<Record<string, string>>,
    recordIds: readonly string[],
    options: CallOptions,
  ): Promise<ClaimResolution>;
  /** The work on these users has its outcome. */
  forget(keys: readonly string[]): void;
}

export function createAliasClaims({ client, store }: { client: OneSignalClient; store: Store }): AliasClaims {
  const found = new Map<string, StaleClaim>();

  const resolve: AliasClaims['resolve'] = async (key, claimed, recordIds, options) => {
    const [entry] = Object.entries(claimed);
    if (entry === undefined) return { kind: 'claimed', what: 'Another OneSignal user holds an alias of this record.' };
    const [label, id] = entry;
    const what = `Another OneSignal user holds the alias ${label} of this record`;
    // Letting go was tried: OneSignal did not have it.
    if (found.get(key)?.label === label) return { kind: 'claimed', what: `${what}, and does not let go of it.` };
    const seen = await client.viewUser({ label, id }, options);
    if (seen.kind !== 'viewed') return { kind: 'again', outcome: seen };
    const holder = seen.user.identity.external_id;
    // Nobody else has it any more.
    if (holder === key) return { kind: 'again', outcome: { kind: 'not_found', status: seen.status } };
    if (holder === undefined) return { kind: 'claimed', what: `${what}; it has no external id.` };
    const records = (await store.linkedRecords({ userKeys: [holder], recordIds: [] })).filter(
      ({ recordId }) => !recordIds.includes(recordId),
    );
    // Another user of ours that holds an alias which names this record does so without right.
    const isOfRecords = records.length > 0 && !RECORD_ALIASES.includes(label);
    if (isOfRecords) return { kind: 'claimed', what: `${what}; it stands for ${named(records)}.` };
    if (records.length === 0 && !(await isOurs(holder)))
      return { kind: 'claimed', what: `${what}; no record stands for it.` };
    found.set(key, { key, holder, label, id });
    return { kind: 'stale' };
  };

  /** We made it, or wrote to it: no app gives its users the ids of records. */
  const isOurs = async (holder: string): Promise<boolean> =>
    isRecordIdOf('Lead', holder) || isRecordIdOf('Contact', holder) || (await store.users([holder])).has(holder);

  return {
    of: (keys) => keys.flatMap((key) => found.get(key) ?? []),
    resolve,
    forget(keys) {
      for (const key of keys) found.delete(key);
    },
  };
}

function named(records: readonly LinkedRecord[]): string {
  return records.map(({ object, recordId }) => `${object} ${recordId}`).join(', ');
}
