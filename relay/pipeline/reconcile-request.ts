import { isRelayError } from '../config/relay-error.ts';
import type { Store } from '../store/store.ts';
import type { CommandWork } from './command-requests.ts';
import type { Gate } from './gate.ts';
import type { Reconcile } from './reconcile.ts';
import type { ReconcileProgress } from './reconcile-tally.ts';

/** How often a command is told how far its request is, ms. */
const TELL_MS = 500;

/** Why a request failed, as its command reads it. */
export interface RequestFailure {
  error?: { code: string; message: string };
}

/** What came of a request for a reconcile, as its command reads it. */
export type ReconcileRequestProgress = Partial<ReconcileProgress> & RequestFailure;

/** Reconciles once for a command. */
export function reconcileWork(parts: {
  store: Store;
  reconcile: Reconcile;
  gate: Gate;
  /** Resolves when there are API calls for a pass, or when the signal aborts. */
  bulkPassable(signal: AbortSignal): Promise<void>;
}): CommandWork {
  const { store, reconcile, gate, bulkPassable } = parts;
  return {
    kind: 'reconcile',
    async carryOut(request, under, signal) {
      let told = Number.NEGATIVE_INFINITY;
      const tell = (state: 'running' | 'done' | 'failed', progress: ReconcileRequestProgress) =>
        store.reportRequest(request.id, { state, progress: JSON.stringify(progress) }, under);
      const onProgress = (progress: ReconcileProgress) => {
        gate.answered();
        if (performance.now() - told < TELL_MS) return;
        told = performance.now();
        // How far it is may be missed once; what came of it is told again by whoever does it anew.
        tell('running', progress).catch(() => undefined);
      };
      try {
        await bulkPassable(signal);
        const { isDryRun = false } = JSON.parse(request.options) as { isDryRun?: boolean };
        const result = await reconcile.run({ isDryRun, signal, onProgress });
        // One that was stopped is taken up again by the next process.
        if (result.isComplete) await tell('done', result);
      } catch (error) {
        if (!isRelayError(error)) throw error;
        if (error.code === 'PART_LOST' || error.code === 'STORE_FAILED') return;
        await tell('failed', { error: { code: error.code, message: error.message } }).catch(() => undefined);
      }
    },
  };
}
