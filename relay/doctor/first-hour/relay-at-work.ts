import type { Store } from '../../store/store.ts';
import { type Patience, until } from './patience.ts';

/** The relay that syncs the lead: one that runs beside the doctor, or its own. */
export interface RelayAtWork {
  /** The one that it works on. */
  store: Store;
  /** Why it does not do its job; undefined where it does, or where nobody here can know. */
  standsStill(): string | undefined;
  stop(): Promise<void>;
}

/** Has the relay reconcile now, as it does by itself every RELAY_RECONCILE_MINUTES. */
export async function reconcileNow(relay: RelayAtWork, patience: Patience, signal: AbortSignal): Promise<void> {
  const id = await relay.store.askFor('reconcile', '{}');
  const isOver = async () => {
    const state = (await relay.store.request(id))?.state;
    return state === 'done' || state === 'failed' || undefined;
  };
  await until(isOver, { withinMs: patience.outcome, everyMs: patience.look, signal });
}
