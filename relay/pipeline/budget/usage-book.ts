import { isRelayError } from '../../config/relay-error.ts';
import type { Store } from '../../store/store.ts';
import { sleep } from '../gate.ts';
import { DAY_MS, RollingUsage, SPAN_MS } from './rolling-usage.ts';

/** How often what was used goes to the store, ms: so much of it a kill can make the relay forget. */
const SAVE_MS = 15_000;

/** What the relay uses of the org's allotments, kept so that a restart does not forget the day. */
export interface UsageBook {
  readonly apiCalls: RollingUsage;
  readonly deliveries: RollingUsage;
  /** Writes what is new and reads what other processes wrote. A store that fails is asked again the next time. */
  save(): Promise<void>;
  /** Saves now and then until the signal aborts. */
  keep(signal: AbortSignal): Promise<void>;
}

export function createUsageBook(store: Store): UsageBook {
  const [apiCalls, deliveries] = [new RollingUsage('api_call'), new RollingUsage('delivery')];
  const save = async () => {
    const spans = [...apiCalls.takeUnsaved(), ...deliveries.takeUnsaved()];
    try {
      const all = await store.addUsage({ spans, forgetBefore: store.now() - DAY_MS - SPAN_MS });
      for (const usage of [apiCalls, deliveries]) usage.saved(all);
    } catch (error) {
      for (const usage of [apiCalls, deliveries]) usage.notSaved(spans);
      if (!isRelayError(error)) throw error;
    }
  };
  return {
    apiCalls,
    deliveries,
    save,
    async keep(signal) {
      while (!signal.aborted) {
        await save();
        await sleep(SAVE_MS, signal);
      }
    },
  };
}
