import { isRelayError } from '../config/relay-error.ts';
import type { Store } from '../store/store.ts';
import type { Setup } from './setup.ts';

/** How many records an edit of the mapping has left behind: it changes nothing by itself. */
export interface MappingBacklog {
  readonly count: number;
  /** Counts again where there may be another number by now: after an edit, and as long as there are any. */
  refresh(): Promise<void>;
}

export function createMappingBacklog(store: Store, setup: Setup): MappingBacklog {
  let counted: { version: string; count: number } | undefined;
  return {
    get count() {
      return counted?.count ?? 0;
    },
    async refresh() {
      const { version } = setup.mapping;
      // Every verdict is looked at for it.
      if (counted?.version === version && counted.count === 0) return;
      try {
        counted = { version, count: await store.countUnderOtherMapping(version) };
      } catch (error) {
        if (!isRelayError(error)) throw error;
      }
    },
  };
}
