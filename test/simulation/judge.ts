import type { Store } from '../../relay/store/store.ts';
import type { SimulatedOneSignal } from './simulated-onesignal.ts';
import { type Lead, type SimulatedOrg, timeOf } from './simulated-org.ts';

const CHANNEL = '/event/OneSignal_Stage_Change__e';

/** What is not as it must be once everything has come to rest, a sentence each. */
export async function judge(org: SimulatedOrg, onesignal: SimulatedOneSignal, store: Store): Promise<string[]> {
  const { due, pendingWriteBacks, deadLetters } = await store.counts();
  const users = await store.users(org.leads.map(({ id }) => id));
  const doubts = [...users.values()].filter(({ assertAt }) => assertAt !== null).length;
  const left: [string, number][] = [
    ['records are still due', due],
    ['statuses are still to be written', pendingWriteBacks],
    ['dead letters', deadLetters],
    ['users are still to be asserted', doubts],
  ];
  return [
    ...org.leads.flatMap((lead) => [...judgeRecord(lead), ...judgeUser(lead, onesignal)]),
    ...left.filter(([, count]) => count > 0).map(([what, count]) => `in the store: ${what} (${count})`),
  ];
}

function judgeRecord({ id, stage, requestedAt, status }: Lead): string[] {
  const answeredAt = timeOf(status.OneSignal_Sync_Answered_At__c);
  return [
    ...differs(`${id}: the status`, status.OneSignal_Sync_Status__c, 'Synced'),
    ...differs(`${id}: the synced stage`, status.OneSignal_Synced_Stage__c, stage),
    ...differs(`${id}: the answered stamp`, answeredAt, requestedAt),
    ...differs(`${id}: the OneSignal id`, status.OneSignal_Id__c, `user-of-${id}`),
  ];
}

function judgeUser({ id, stage, stageChangedAt }: Lead, { users }: SimulatedOneSignal): string[] {
  const user = users.get(id);
  if (user === undefined) return [`user ${id} is not there`];
  return [
    ...differs(`user ${id}: sf_stage`, user.tags.sf_stage, stage),
    ...differs(`user ${id}: sf_stage_at`, user.tags.sf_stage_at, String(stageChangedAt / 1000)),
    ...differs(`user ${id}: salesforce_id`, user.aliases.salesforce_id, id),
  ];
}

function differs(what: string, held: unknown, wanted: unknown): string[] {
  return held === wanted ? [] : [`${what} is ${JSON.stringify(held ?? null)}, not ${JSON.stringify(wanted)}`];
}

/**
 * What the cursor has passed must be in the store: the record is due, or its verdict answers a stamp that is not older
 * than the event's.
 * @param since replay id up to which the stream left events to reconcile
 */
export async function judgeCursor(org: SimulatedOrg, store: Store, since: number): Promise<string[]> {
  const cursor = Number((await store.cursor(CHANNEL)) ?? since);
  const passed = org.events.filter(({ replayId }) => replayId > since && replayId <= cursor);
  const known = await store.knownRecords(passed.map(({ recordId }) => recordId));
  return passed.flatMap(({ recordId, replayId, requestedAt }) => {
    const record = known.get(recordId);
    const isAnswered = (timeOf(record?.verdict?.answers) ?? 0) >= requestedAt;
    return record?.isDue || isAnswered ? [] : [`the cursor passed event ${replayId} of ${recordId}, which is lost`];
  });
}
