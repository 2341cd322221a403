import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createPart, type Part } from './part.ts';

export interface OnePartOptions {
  store: Store;
  logger: Logger;
  signal: AbortSignal;
}

/** Takes a part on the store for one piece of work, which sends nothing to OneSignal, and leaves. Rejects as the work does. */
export async function withOnePart(
  { store, logger, signal }: OnePartOptions,
  work: (part: Part, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const part = createPart({ store, logger, onStanding: () => undefined, mayLeave: () => true });
  const finished = new AbortController();
  await part.hold(AbortSignal.any([signal, finished.signal]), async (held) => {
    await work(part, held);
    finished.abort();
  });
}
