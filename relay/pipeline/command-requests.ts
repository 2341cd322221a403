import { isRelayError } from '../config/relay-error.ts';
import type { CommandRequest, Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Gate } from './gate.ts';
import type { Reconcile } from './reconcile.ts';
import type { ReconcileProgress } from './reconcile-tally.ts';
import type { WakeUp } from './wake-up.ts';

/** A request that another process left is noticed by then anyway, ms. */
const LOOK_MS = 5_000;
/** How often a command is told how far its request is, ms. */
const TELL_MS = 500;

export interface CommandRequestsOptions {
  store: Store;
  reconcile: Reconcile;
  gate: Gate;
  logger: Logger;
  wakeUp: WakeUp;
  /** The part under which this process works now. */
  epoch: () => number;
}

/** What came of a request, as its command reads it. */
export type RequestProgress = Partial<ReconcileProgress> & { error?: { code: string; message: string } };

/** Does what commands beside this relay ask for, so that one process keeps the rate limits, until the signal aborts. */
export function createCommandRequests({ store, reconcile, gate, logger, wakeUp, epoch }: CommandRequestsOptions) {
  const carryOut = async (request: CommandRequest, under: number, signal: AbortSignal) => {
    let told = Number.NEGATIVE_INFINITY;
    const tell = (state: 'running' | 'done' | 'failed', progress: RequestProgress) =>
      store.reportRequest(request.id, { state, progress: JSON.stringify(progress) }, under);
    const onProgress = (progress: ReconcileProgress) => {
      gate.answered();
      if (performance.now() - told < TELL_MS) return;
      told = performance.now();
      // How far it is may be missed once; what came of it is told again by whoever does it anew.
      tell('running', progress).catch(() => undefined);
    };
    try {
      const { isDryRun = false } = JSON.parse(request.options) as { isDryRun?: boolean };
      const result = await reconcile.run({ isDryRun, signal, onProgress });
      // One that was stopped is taken up again by the next process.
      if (result.isComplete) await tell('done', result);
    } catch (error) {
      if (!isRelayError(error)) throw error;
      if (error.code === 'PART_LOST' || error.code === 'STORE_FAILED') return;
      await tell('failed', { error: { code: error.code, message: error.message } }).catch(() => undefined);
    }
  };

  return {
    async run(signal: AbortSignal) {
      while (!signal.aborted) {
        const under = epoch();
        const request = await store.takeRequest(under).catch(() => undefined);
        if (request === undefined) {
          await wakeUp.wait(LOOK_MS, signal);
          continue;
        }
        logger.info('A command asks for a reconcile.', { request: request.id });
        await carryOut(request, under, signal);
      }
    },
  };
}
