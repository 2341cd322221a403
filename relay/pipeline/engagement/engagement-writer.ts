import { isRelayError } from '../../config/relay-error.ts';
import { OBJECT_NAMES, type ObjectName } from '../../mapping/record.ts';
import { writeEngagement } from '../../salesforce/engagement-rows.ts';
import { ROWS_A_WRITE } from '../../salesforce/record-writer.ts';
import type { SalesforceSession } from '../../salesforce/session.ts';
import type { EngagementWritten, PendingEngagement } from '../../store/engagement.ts';
import type { Store } from '../../store/store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Budget } from '../budget/budget.ts';
import { type Gate, sleep } from '../gate.ts';
import { ruleOfSide } from '../retries/retry-table.ts';
import type { Setup } from '../setup.ts';
import { createWriteBackBatch } from '../write-back-batch.ts';
import { failedAlone, judgeRows } from '../write-back-rows.ts';
import type { WriteTurns } from '../write-turns.ts';

/** Between two looks, ms. */
const LOOK_MS = 2_000;

export interface EngagementWriterOptions {
  store: Store;
  session: SalesforceSession;
  setup: Pick<Setup, 'settings'>;
  /** Of these writes alone: what they meet must not stop statuses. */
  gate: Gate;
  logger: Logger;
  /** Shared with the status writes. */
  turns: WriteTurns;
  epoch: () => number;
  /** False when that part has run out unnoticed. */
  isPartValid: () => boolean;
  budget: Pick<Budget, 'windows' | 'bulkPassable'>;
  now: () => number;
  random?: () => number;
}

/**
 * Writes to records what their people did with messages. In no hurry: what comes within a window shares a call, of each
 * object one call is under way, and statuses come first.
 */
export function createEngagementWriter(options: EngagementWriterOptions) {
  const { store, session, setup, gate, logger, turns, budget, now, random = Math.random } = options;
  const batches = OBJECT_NAMES.map((object) => ({
    object,
    batch: createWriteBackBatch<PendingEngagement>(ROWS_A_WRITE, ({ recordId }) => recordId),
  }));

  const run = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      await budget.bulkPassable(signal);
      const hasWritten = await gate.through(signal, writeSome);
      if (hasWritten !== true) await sleep(LOOK_MS, signal);
    }
  };

  /** @returns true when more may wait */
  const writeSome = async (): Promise<boolean> => {
    if (setup.settings.isPaused || !options.isPartValid()) return false;
    let hasMore = false;
    for (const { object, batch } of batches) {
      const isFull = await guarded(() => writeOnce(object, batch));
      if (isFull === undefined) return false;
      hasMore ||= isFull;
    }
    return hasMore;
  };

  /** @returns undefined when it failed, which is told and judged here */
  const guarded = async (work: () => Promise<boolean>): Promise<boolean | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!isRelayError(error)) logger.error('The engagement writer met a defect.', {});
      else if (error.code !== 'STORE_FAILED' && error.code !== 'PART_LOST') gate.close(error);
      return undefined;
    }
  };

  const writeOnce = async (object: ObjectName, batch: Batch): Promise<boolean> => {
    const epoch = options.epoch();
    const until = now() + budget.windows.engagementMs;
    const waiting = await store.pendingEngagement({ object, limit: batch.wanted, now: now(), until });
    const isRipe = waiting.length >= ROWS_A_WRITE || waiting.some(({ waitsSince }) => waitsSince <= now());
    const pending = isRipe ? batch.choose(waiting) : [];
    if (pending.length === 0) return false;
    await turns.take(object, () => write(pending, batch, epoch));
    return waiting.length >= ROWS_A_WRITE;
  };

  const write = async (pending: readonly PendingEngagement[], batch: Batch, epoch: number): Promise<void> => {
    if (!options.isPartValid()) return;
    const { unsubscribeOptsOut } = setup.settings;
    const rows = await writeEngagement(session, pending, unsubscribeOptsOut).catch((error: unknown) => {
      if (isRelayError(error) && ruleOfSide(error.code).mayBeOneRow === true) batch.failed(pending);
      throw error;
    });
    const atFault = batch.taken();
    const all = [...pending, ...atFault];
    const { results, newRefusals, stop } = judgeRows(
      all,
      [...rows, ...atFault.map(({ recordId }) => failedAlone(recordId))],
      { now: now(), random },
    );
    await store.commitEngagementWrites(withTold(results, all), epoch);
    for (const [statusCode, records] of newRefusals)
      logger.warn('Salesforce refused the engagement of records.', { code: 'WRITE_BACK_REFUSED', statusCode, records });
    if (stop === undefined) gate.open();
    else gate.close(stop);
  };

  return { run, writeSome };
}

type Batch = ReturnType<typeof createWriteBackBatch<PendingEngagement>>;

function withTold(
  results: readonly ReturnType<typeof judgeRows>['results'][number][],
  pending: readonly PendingEngagement[],
): EngagementWritten[] {
  const told = new Map(
    pending.map(({ recordId, unsubscribedAt, emailEndedAt }) => [recordId, { unsubscribedAt, emailEndedAt }]),
  );
  return results.map((result) => ({
    ...result,
    ...(told.get(result.recordId) ?? { unsubscribedAt: null, emailEndedAt: null }),
  }));
}
