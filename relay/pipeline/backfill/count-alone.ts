import type { Environment } from '../../config/environment.ts';
import type { Store } from '../../store/store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { createGate } from '../gate.ts';
import { openReading } from '../open-reading.ts';
import { createPart } from '../part.ts';
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
  const part = createPart({ store, logger, onStanding: () => undefined, mayLeave: () => true });
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
  const finished = new AbortController();
  await part.hold(AbortSignal.any([signal, finished.signal]), async (held) => {
    const request = await store.takeRequest(work.kind, part.epoch);
    if (request !== undefined) await work.carryOut(request, part.epoch, held);
    finished.abort();
  });
}
