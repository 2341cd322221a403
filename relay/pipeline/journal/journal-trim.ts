import { isRelayError } from '../../config/relay-error.ts';
import type { Store } from '../../store/store.ts';
import { sleep } from '../gate.ts';

/** Entries that are kept at most, some 400 bytes each with the index. */
const MOST_ENTRIES = 100_000;
/** Between two looks, ms: a busy minute brings 60,000 entries. */
const TRIM_MS = 60_000;
/** Entries of one transaction: a few milliseconds, for which the store is locked. */
const PAGE = 500;
/** Between two pages, ms: whoever waits for the store comes first. */
const PAUSE_MS = 20;
const DAY_MS = 86_400_000;

export interface JournalTrimOptions {
  store: Pick<Store, 'trimJournal'>;
  retentionDays: number;
  /** The part under which this process works now; it must hold the subscription. */
  epoch: () => number;
  /** The store's clock. */
  now: () => number;
}

/** Keeps the journal short, until the signal aborts. A store that fails is told of by those that can't go on without it. */
export async function trimJournalForever(
  { store, retentionDays, epoch, now }: JournalTrimOptions,
  signal: AbortSignal,
): Promise<void> {
  const trim = async () => {
    const forgetBefore = now() - retentionDays * DAY_MS;
    for (let gone = PAGE; gone === PAGE && !signal.aborted; await sleep(PAUSE_MS, signal))
      gone = await store.trimJournal({ epoch: epoch(), limit: PAGE, most: MOST_ENTRIES, forgetBefore });
  };
  while (!signal.aborted) {
    await trim().catch((error: unknown) => {
      if (!isRelayError(error)) throw error;
    });
    await sleep(TRIM_MS, signal);
  }
}
