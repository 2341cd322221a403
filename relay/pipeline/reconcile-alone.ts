import type { Environment } from '../config/environment.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { openReading } from './open-reading.ts';
import { createPart } from './part.ts';
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
  const part = createPart({ store, logger, onStanding: () => undefined, mayLeave: () => true });
  const epoch = () => part.epoch;
  const reconcile = createReconcile({ store, reader, session, setup, logger, epoch, now, onDue: () => undefined });

  const finished = new AbortController();
  let result: ReconcileResult | undefined;
  await part.hold(AbortSignal.any([signal, finished.signal]), async (held) => {
    if (part.standing?.isSubscriber === true) result = await reconcile.run({ ...run, signal: held });
    finished.abort();
  });
  return result;
}
