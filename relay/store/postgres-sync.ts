import { isGone } from '../mapping/outcome.ts';
import { commitAddresses } from './postgres-addresses.ts';
import { claimUsers, isHeldByLapsedPart, releaseUsers } from './postgres-claims.ts';
import type { Connections, Transaction } from './postgres-connection.ts';
import { commitLeases, eraseHints, lockRecords, makeAlsoDue, markDue, saveLinks } from './postgres-due.ts';
import { addMoves, eraseEngagement } from './postgres-engagement.ts';
import { addJournal } from './postgres-journal.ts';
import { endLapsedParts, holdParts, measureTime } from './postgres-parts.ts';
import { settleTransitions } from './postgres-transitions.ts';
import { forgetUsers, saveUsers } from './postgres-users.ts';
import { saveVerdicts } from './postgres-verdicts.ts';
import type { SyncResult, UserClaim } from './store.ts';
import { wakeUpOf } from './wake-up-of.ts';

/**
 * All transactions take their locks in one order, so that none waits for another in a circle:
 * parts, claims, addresses, records, users, verdicts, and of each by key.
 */
export async function commitSync(transaction: Transaction, results: readonly SyncResult[], now: number): Promise<void> {
  await holdParts(
    transaction,
    results.map(({ epoch }) => epoch),
  );
  const open = await releaseUsers(transaction, results);
  const woken = await commitAddresses(
    transaction,
    open.flatMap(({ addresses = [] }) => addresses),
    open.flatMap(({ addressWaits = [] }) => addressWaits),
  );
  await lockRecords(transaction, open);
  await saveLinks(
    transaction,
    lastOfEach(
      open.flatMap(({ links }) => links),
      byRecord,
    ),
  );
  await saveUsers(
    transaction,
    lastOfEach(
      open.flatMap(({ users }) => users),
      ({ key }) => key,
    ),
  );
  await forgetUsers(
    transaction,
    open.flatMap(({ forgottenUsers }) => forgottenUsers),
  );
  await settleTransitions(
    transaction,
    lastOfEach(
      open.flatMap(({ transitions = [] }) => transitions),
      ({ kind, recordId }) => `${kind} ${recordId}`,
    ),
  );
  const verdicts = lastOfEach(
    open.flatMap((result) => result.verdicts),
    byRecord,
  );
  await addMoves(transaction, verdicts);
  await saveVerdicts(transaction, verdicts, now);
  const leases = open.flatMap(({ leases, epoch }) => leases.map((lease) => ({ ...lease, epoch })));
  await commitLeases(transaction, lastOfEach(leases, byRecord), now);
  await makeAlsoDue(
    transaction,
    open.flatMap(({ alsoDue = [] }) => alsoDue),
    now,
  );
  await addJournal(
    transaction,
    open.flatMap(({ journal = [] }) => journal),
  );
  await eraseGone(transaction, open);
  await markDue(transaction, woken.map(wakeUpOf), now);
}

/** What a late event brings of such a record is due again, and comes here again. */
async function eraseGone(transaction: Transaction, results: readonly SyncResult[]): Promise<void> {
  const gone = results.flatMap(({ verdicts }) => verdicts.filter(({ reason }) => isGone(reason)));
  if (gone.length === 0) return;
  const ids = gone.map(byRecord);
  await eraseHints(transaction, ids);
  await transaction.query('DELETE FROM transitions WHERE record_id = ANY($1)', [ids]);
  await transaction.query('DELETE FROM journal WHERE record_id = ANY($1)', [ids]);
  await eraseEngagement(transaction, ids);
}

/** Users of a part that has run out are free, though nobody may have ended it yet: then it is ended here. */
export async function claimFreeUsers(
  connections: Connections,
  units: readonly (readonly string[])[],
  epoch: number,
): Promise<(UserClaim[] | undefined)[]> {
  const claim = () =>
    connections.transaction(async (transaction) => {
      await holdParts(transaction, [epoch]);
      return claimUsers(transaction, units, epoch);
    });
  const claims = await claim();
  const refused = units.filter((_, place) => claims[place] === undefined).flat();
  if (refused.length === 0 || !(await isHeldByLapsedPart(connections.query, refused))) return claims;
  await connections.transaction(async (transaction) => {
    const { now } = await measureTime(transaction.query);
    await endLapsedParts(transaction, now);
  });
  // What it took at first it has again.
  return claim();
}

const byRecord = ({ recordId }: { recordId: string }) => recordId;

/** One statement can write a row only once. */
function lastOfEach<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
