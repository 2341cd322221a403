import type { Store } from '../../store/store.ts';
import type { Conversions } from './contract.ts';

const DAY_MS = 86_400_000;

export interface ConversionsOptions {
  /** Messages that reached somebody within the last so many days. */
  days: number;
  /** How long after a message a move counts for it. */
  influenceHours: number;
}

/** Which messages moved whom: message by stage, those that moved most first. @throws RelayError STORE_FAILED */
export async function readConversions(
  store: Pick<Store, 'conversions' | 'now'>,
  { days, influenceHours }: ConversionsOptions,
): Promise<Conversions> {
  const from = store.now() - days * DAY_MS;
  const counts = await store.conversions(from);
  const rows = counts
    .map((count) => ({ ...count, share: count.engaged === 0 ? null : count.movedOn / count.engaged }))
    .sort(
      (a, b) =>
        b.movedOn - a.movedOn ||
        b.engaged - a.engaged ||
        b.reached - a.reached ||
        compare(`${a.object} ${a.stage} ${a.messageId}`, `${b.object} ${b.stage} ${b.messageId}`),
    );
  return { windowHours: influenceHours, from, rows };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
