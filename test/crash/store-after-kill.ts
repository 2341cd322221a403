import type { Store } from '../../relay/store/store.ts';
import type { BusEvent } from '../emulators/salesforce/org-contract.ts';
import { CHANNEL, type World } from '../emulators/world.ts';

/**
 * What the cursor has passed must be in the store: the record is due, or its verdict answers the stamp that it carries.
 * (Reconcile would heal it after a start, which is why this looks before there is one.)
 * @param since replay id of the last event that the relay could not get, as it came before its first subscription
 */
export async function judgeCursor(world: World, store: Store, since: number): Promise<string[]> {
  const cursor = Number((await store.cursor(CHANNEL)) ?? Number.NaN);
  if (Number.isNaN(cursor)) return [];
  const newest = new Map<string, BusEvent>();
  for (const event of world.org.retained(CHANNEL)) newest.set(String(event.payload.Record_Id__c), event);
  const passed = [...newest].filter(([, { replayId }]) => replayId > since && replayId <= cursor);
  const known = await store.knownRecords(passed.map(([recordId]) => recordId));
  return passed.flatMap(([recordId, event]) => {
    const record = known.get(recordId);
    const row = world.org.peek(String(event.payload.Object_Name__c), recordId);
    const isGone = event.payload.Change_Type__c === 'Deleted';
    if (record?.isDue) return [];
    if (record?.verdict === undefined)
      return [`the cursor passed an event of ${recordId}, which the store does not know`];
    const { answers } = record.verdict;
    const isAnswered = isGone ? answers === null : time(answers) === time(row?.OneSignal_Sync_Requested_At__c);
    return isAnswered
      ? []
      : [
          `the cursor passed an event of ${recordId} (${event.payload.Change_Type__c}), which is neither due nor answered`,
        ];
  });
}

/** A verdict that waits neither for a sync nor for its write must be on its record. */
export async function judgeWritten(world: World, store: Store): Promise<string[]> {
  const rows = (['Lead', 'Contact'] as const).flatMap((object) => world.org.rows(object));
  const known = await store.knownRecords(rows.map((row) => String(row.Id)));
  return rows.flatMap((row) => {
    const record = known.get(String(row.Id));
    if (record?.verdict === undefined || record.isDue || record.verdict.isOnItsWay) return [];
    const { status, stage, answers } = record.verdict;
    const isSaid =
      row.OneSignal_Sync_Status__c === status &&
      row.OneSignal_Synced_Stage__c === stage &&
      time(row.OneSignal_Sync_Answered_At__c) === time(answers);
    return isSaid ? [] : [`the store counts the status of ${row.Id} as written, and the record does not say it`];
  });
}

/** Users that a kill left in doubt are to be asserted once more. */
export async function judgeDoubts(store: Store, users: ReadonlySet<string>): Promise<string[]> {
  const known = await store.users([...users]);
  return [...users].flatMap((key) => {
    const user = known.get(key);
    return user !== undefined && user.assertAt === null
      ? [`user ${key}: a write that was cut off is not asserted again`]
      : [];
  });
}

/** Nothing may wait in a store that came to rest. */
export async function judgeRest(store: Store): Promise<string[]> {
  const { due, pendingWriteBacks, deadLetters } = await store.counts();
  const counts: [string, number][] = [
    ['records are still due', due],
    ['statuses are still to be written', pendingWriteBacks],
    ['dead letters', deadLetters],
  ];
  return counts.filter(([, count]) => count > 0).map(([what, count]) => `in the store: ${what} (${count})`);
}

function time(text: unknown): number | null {
  return typeof text === 'string' ? Date.parse(text) : null;
}
