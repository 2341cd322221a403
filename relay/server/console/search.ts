import type { RelayView } from '../../pipeline/relay-view.ts';
import type { RecordState } from '../../store/store.ts';
import type { RecordSummary, SearchAnswer } from './contract.ts';
import { recordIdOf } from './record-ids.ts';

const MOST = 20;

/** Records with this id, or whose user has this external id or OneSignal id. */
export async function search({ store }: Pick<RelayView, 'store'>, text: string): Promise<SearchAnswer> {
  const sought = text.trim();
  const userKeys = [sought, ...(await store.usersWithOneSignalId(sought.toLowerCase()))];
  const linked = await store.linkedRecords({ userKeys, recordIds: [] });
  const named = recordIdOf(sought);
  const ids = [...(named === undefined ? [] : [named]), ...linked.map(({ recordId }) => recordId)];
  const states = await store.recordStates([...new Set(ids)].slice(0, MOST));
  return { records: states.map(summaryOf) };
}

export function summaryOf({ recordId, object, isDue, userKey, onesignalId, verdict }: RecordState): RecordSummary {
  const state = isDue ? 'Pending' : (verdict?.status ?? 'Not synced');
  return { recordId, object, state, reason: verdict?.reason ?? null, userKey, onesignalId };
}
