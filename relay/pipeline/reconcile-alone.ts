import type { Environment } from '../config/environment.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { withOnePart } from './one-part.ts';
import { openReading } from './open-reading.ts';
import { createReconcile } from './reconcile.ts';
import type { ReconcileResult, ReconcileRun } from './reconcile-tally.ts';

export interface ReconcileAloneOptions extends ReconcileRun {
  environment: Environment;
  store: Store;
  logger: Logger;
  signal: AbortSignal;
}

/**
 * One pass by a command, where no relay runs on the store: what it finds due is synced when one does.
 * @returns undefined when a relay holds the subscription: then that relay must do it
 * @throws RelayError as the login, the setup and the pass do
 */
export async function reconcileAlone(options: ReconcileAloneOptions): Promise<ReconcileResult | undefined> {
  const { environment, store, logger, signal, ...run } = options;
  const { now } = store;
  const { session, setup, reader } = await openReading({ environment, logger, now });
  await store.bind({ orgId: session.orgId, appId: environment.onesignal.appId });
  await setup.refresh();
  let result: ReconcileResult | undefined;
  await withOnePart({ store, logger, signal }, async (part, held) => {
    if (part.standing?.isSubscriber !== true) return;
    const epoch = () => part.epoch;
    const reconcile = createReconcile({ store, reader, session, setup, logger, epoch, now, onDue: () => undefined });
    result = await reconcile.run({ ...run, signal: held });
  });
  return result;
}
