import { isRelayError } from '../config/relay-error.ts';
import { ROWS_A_WRITE, type RowResult, writeVerdicts } from '../salesforce/record-writer.ts';
import type { SalesforceSession } from '../salesforce/session.ts';
import type { PendingWriteBack, Store, WriteBackResult } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type Gate, sleep } from './gate.ts';
import type { Setup } from './setup.ts';
import type { WakeUp } from './wake-up.ts';
import { fateOfRow } from './write-back-rows.ts';

/** Verdicts that come within this time share one call; a person looking at the record does not notice it. */
const COLLECT_MS = 400;
const LONGEST_REST_MS = 30_000;

export interface WriteBackWorkerOptions {
  store: Store;
  session: SalesforceSession;
  setup: Setup;
  gate: Gate;
  logger: Logger;
  wakeUp: WakeUp;
  now: () => number;
  random?: () => number;
}

/** Writes verdicts to their records until the signal aborts; on the way out it writes what still waits, once. */
export function createWriteBackWorker(options: WriteBackWorkerOptions) {
  const { store, session, setup, gate, logger, wakeUp, now, random = Math.random } = options;

  const run = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      await gate.passable(signal);
      const written = await attempt();
      if (written < ROWS_A_WRITE && !signal.aborted) await rest(signal);
    }
    if (gate.closedBy === undefined) await attempt();
  };

  const attempt = async (): Promise<number> => {
    if (setup.settings.isPaused) return 0;
    try {
      return await writeBatch();
    } catch (error) {
      if (!isRelayError(error)) logger.error('The write-back worker met a defect.', {});
      else if (error.code === 'STORE_FAILED') logger.error(error.message, { code: error.code, next: error.nextStep });
      else gate.close(error);
      return 0;
    }
  };

  const rest = async (signal: AbortSignal) => {
    const next = await store.nextAttemptAt().catch(() => undefined);
    const wait = Math.min(LONGEST_REST_MS, Math.max(COLLECT_MS, (next?.writeBack ?? Number.POSITIVE_INFINITY) - now()));
    await wakeUp.wait(wait, signal);
    await sleep(COLLECT_MS, signal);
  };

  const writeBatch = async (): Promise<number> => {
    const pending = await store.pendingWriteBacks({ limit: ROWS_A_WRITE, now: now() });
    if (pending.length === 0) return 0;
    // Contacts after leads: one change of type a call.
    pending.sort((a, b) => (a.verdict.object === b.verdict.object ? 0 : a.verdict.object === 'Lead' ? -1 : 1));
    const rows = await writeVerdicts(
      session,
      pending.map(({ verdict }) => verdict),
    );
    gate.open();
    await store.commitWriteBacks(rows.flatMap((row, index) => resultOf(row, pending[index])));
    return pending.length;
  };

  const resultOf = (row: RowResult, pending: PendingWriteBack | undefined): WriteBackResult[] => {
    if (pending === undefined) return [];
    const { version, attempts } = pending;
    const { recordId } = row;
    if (row.isWritten) return [{ kind: 'written', recordId, version }];
    const { fate, waitMs } = fateOfRow(row.statusCode, attempts);
    if (fate === 'dropped') return [{ kind: 'dropped', recordId, version }];
    const notBefore = now() + Math.ceil(waitMs / 2 + random() * (waitMs / 2));
    if (fate === 'again') return [{ kind: 'again', recordId, version, notBefore }];
    logger.warn('Salesforce refused the status of a record.', {
      recordId,
      code: 'WRITE_BACK_REFUSED',
      statusCode: row.statusCode,
    });
    return [{ kind: 'refused', recordId, version, statusCode: row.statusCode, notBefore }];
  };

  return { run };
}
