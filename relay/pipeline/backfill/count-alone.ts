import type { Environment } from '../../config/environment.ts';
import type { Store } from '../../store/store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { createGate } from '../gate.ts';
import { withOnePart } from '../one-part.ts';
import { openReading } from '../open-reading.ts';
import { backfillWork } from './backfill-request.ts';

export interface CountAloneOptions {
  environment: Environment;
  store: Store;
  logger: Logger;
  signal: AbortSignal;
}

/**
 * Carries out the request for a dry run where no relay runs on the store, and nothing else: not a record is synced.
 * @throws RelayError as the login and the setup do
 */
export async function countAlone({ environment, store, logger, signal }: CountAloneOptions): Promise<void> {
  const { now } = store;
  const { session, setup } = await openReading({ environment, logger, now });
  await store.bind({ orgId: session.orgId, appId: environment.onesignal.appId });
  const gate = createGate({ side: 'Salesforce', logger, now });
  await withOnePart({ store, logger, signal }, async (part, held) => {
    const work = backfillWork({
      store,
      session,
      setup,
      gate,
      epoch: () => part.epoch,
      now,
      onDue: () => undefined,
      onDone: () => Promise.resolve(),
      bulkPassable: () => Promise.resolve(),
    });
    const request = await store.takeRequest(work.kind, part.epoch);
    if (request !== undefined) await work.carryOut(request, part.epoch, held);
  });
}
