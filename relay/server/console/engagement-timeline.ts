import type { Store } from '../../store/store.ts';
import type { TimelineEntry } from './contract.ts';

type EngagementEntry = Extract<TimelineEntry, { kind: 'engagement' }>;

/** What the person of a record did with messages, the newest first. @throws RelayError STORE_FAILED */
export async function engagementTimeline(
  store: Pick<Store, 'engagementOf'>,
  recordId: string,
  limit = 100,
): Promise<EngagementEntry[]> {
  const entries = await store.engagementOf(recordId, limit);
  return entries.map((entry) => ({ kind: 'engagement', ...entry }));
}
