import { isRelayError, type RelayError } from '../config/relay-error.ts';
import { REASONS } from '../mapping/outcome.ts';
import { ROWS_A_WRITE, writeVerdicts } from '../salesforce/record-writer.ts';
import type { SalesforceSession } from '../salesforce/session.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type Gate, sleep } from './gate.ts';
import { ruleOfSide } from './retries/retry-table.ts';
import type { Setup } from './setup.ts';
import { createStoreHealth } from './store-health.ts';
import type { WakeUp } from './wake-up.ts';
import { createWriteBackBatch } from './write-back-batch.ts';
import { failedAlone, type JudgedRows, judgeRows } from './write-back-rows.ts';

/** Verdicts that come within this time share one call; a person looking at the record does not notice it. */
const COLLECT_MS = 400;
const LONGEST_REST_MS = 30_000;

export interface WriteBackWorkerOptions {
  store: Store;
  session: SalesforceSession;
  setup: Setup;
  /** Of status writes alone: what they meet must not stop reads, or with them tagging. */
  gate: Gate;
  logger: Logger;
  metrics: Metrics;
  wakeUp: WakeUp;
  /** The part under which this process works now. */
  epoch: () => number;
  /** False when that part has run out unnoticed. */
  isPartValid: () => boolean;
  now: () => number;
  random?: () => number;
}

/** Writes verdicts to their records until the signal aborts; on the way out it writes what still waits, once. */
export function createWriteBackWorker(options: WriteBackWorkerOptions) {
  const { store, session, setup, gate, logger, metrics, wakeUp, now, random = Math.random } = options;
  const batch = createWriteBackBatch(ROWS_A_WRITE);
  const health = createStoreHealth(logger);

  const run = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      const written = (await gate.through(signal, attempt)) ?? 0;
      if (written < ROWS_A_WRITE && !signal.aborted) await rest(signal);
    }
    if (gate.closedBy === undefined) await attempt();
  };

  const attempt = async (): Promise<number> => {
    if (setup.settings.isPaused) return 0;
    try {
      const written = await writeBatch();
      health.works();
      return written;
    } catch (error) {
      if (!isRelayError(error)) logger.error('The write-back worker met a defect.', {});
      else if (error.code === 'STORE_FAILED') health.failed(error);
      else if (error.code === 'PART_LOST') return 0;
      else onRequestFault(error);
      return 0;
    }
  };

  const onRequestFault = (error: RelayError) => {
    if (ruleOfSide(error.code).mayBeOneRow === true) batch.failed();
    gate.close(error);
  };

  const rest = async (signal: AbortSignal) => {
    const next = await store.nextAttemptAt().catch(() => undefined);
    const wait = Math.min(LONGEST_REST_MS, Math.max(COLLECT_MS, (next?.writeBack ?? Number.POSITIVE_INFINITY) - now()));
    await wakeUp.wait(wait, signal);
    await sleep(COLLECT_MS, signal);
  };

  const writeBatch = async (): Promise<number> => {
    const epoch = options.epoch();
    const pending = batch.choose(await store.pendingWriteBacks({ limit: batch.wanted, now: now() }));
    if (pending.length === 0) return 0;
    // Contacts after leads: one change of type a call.
    pending.sort((a, b) => (a.verdict.object === b.verdict.object ? 0 : a.verdict.object === 'Lead' ? -1 : 1));
    // A process that was frozen until here would write an old status over a newer one.
    if (!options.isPartValid()) return 0;
    const rows = await writeVerdicts(
      session,
      pending.map(({ verdict }) => verdict),
    );
    const atFault = batch.taken();
    const { results, newRefusals, stop } = judgeRows(
      [...pending, ...atFault],
      [...rows, ...atFault.map(({ verdict }) => failedAlone(verdict.recordId))],
      { now: now(), random },
    );
    await store.commitWriteBacks(results, epoch);
    tell(newRefusals);
    if (stop === undefined) gate.open();
    else gate.close(stop);
    return results.length;
  };

  const tell = (refusals: JudgedRows['newRefusals']) => {
    for (const [statusCode, records] of refusals) {
      logger.warn('Salesforce refused the status of records.', { code: 'WRITE_BACK_REFUSED', statusCode, records });
      const { status } = REASONS.WRITE_BACK_REFUSED;
      metrics.outcomes.inc({ status, reason: 'WRITE_BACK_REFUSED' }, records.length);
    }
  };

  return { run };
}
