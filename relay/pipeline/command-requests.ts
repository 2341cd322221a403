import type { CommandKind, CommandRequest, Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { WakeUp } from './wake-up.ts';

/** A request that another process left is noticed by then anyway, ms. */
const LOOK_MS = 5_000;

/** Work of one kind that commands ask for. */
export interface CommandWork {
  kind: CommandKind;
  /** `under`: the part under which it was taken. Tells the store itself what came of it. */
  carryOut(request: CommandRequest, under: number, signal: AbortSignal): Promise<void>;
}

export interface CommandRequestsOptions {
  store: Store;
  work: CommandWork;
  logger: Logger;
  wakeUp: WakeUp;
  /** The part under which this process works now. */
  epoch: () => number;
}

/**
 * Does what commands beside this relay ask for, so that one process keeps the rate limits, until the signal aborts. Each
 * kind has its turn of its own: a backfill takes hours.
 */
export function createCommandRequests({ store, work, logger, wakeUp, epoch }: CommandRequestsOptions) {
  return {
    async run(signal: AbortSignal) {
      while (!signal.aborted) {
        const under = epoch();
        const request = await store.takeRequest(work.kind, under).catch(() => undefined);
        if (request === undefined) {
          await wakeUp.wait(LOOK_MS, signal);
          continue;
        }
        logger.info(`A command asks for a ${work.kind}.`, { request: request.id });
        await work.carryOut(request, under, signal);
      }
    },
  };
}
