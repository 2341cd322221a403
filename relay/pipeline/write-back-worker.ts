import { isRelayError } from '../config/relay-error.ts';
import { Slots } from '../config/slots.ts';
import { REASONS } from '../mapping/outcome.ts';
import { OBJECT_NAMES } from '../mapping/record.ts';
import { ROWS_A_WRITE, type RowResult, writeVerdicts } from '../salesforce/record-writer.ts';
import type { SalesforceSession } from '../salesforce/session.ts';
import type { JournalEntry, PendingWriteBack, Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Budget } from './budget/budget.ts';
import { type Gate, sleep } from './gate.ts';
import { writeEntry } from './journal/journal-entry.ts';
import { ruleOfSide } from './retries/retry-table.ts';
import type { Setup } from './setup.ts';
import { createStoreHealth } from './store-health.ts';
import type { WakeUp } from './wake-up.ts';
import { createWriteBackLane, type Ripeness, type WriteBackLane } from './write-back-lane.ts';
import { failedAlone, type JudgedRows, judgeRows } from './write-back-rows.ts';
import type { WriteTurns } from './write-turns.ts';

/** Between the news of a verdict and the look for those to write, ms: it is part of what the budget lets them wait. */
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
  /** How long verdicts wait for others that are written with them, and whether any are written. */
  budget: Pick<Budget, 'phase' | 'windows' | 'passable'>;
  /** Whether the journal is kept: somebody may read it. */
  isJournaled?: boolean;
  /** Shared with others that write to records. */
  turns?: WriteTurns | undefined;
  now: () => number;
  random?: () => number;
}

/**
 * Writes verdicts to their records until the signal aborts; on the way out it writes what still waits, once, after the
 * last verdicts are there. Leads and contacts have calls of their own, a few of which are under way at once.
 */
export function createWriteBackWorker(options: WriteBackWorkerOptions) {
  const { store, session, setup, gate, logger, metrics, wakeUp, budget, now, random = Math.random } = options;
  const lanes = OBJECT_NAMES.map((object) => createWriteBackLane(object, ROWS_A_WRITE));
  const health = createStoreHealth(logger);
  const underWay = new Slots<Promise<void>>();
  /** A full call ended: more waits most likely, and there is nothing to collect. */
  let isBacklog = false;

  /** @param lastVerdicts settles when this process makes no more verdicts, soon after the signal */
  const run = async (signal: AbortSignal, lastVerdicts: Promise<void> = Promise.resolve()) => {
    while (!signal.aborted) {
      await budget.passable(signal);
      const mayMoreWait = (await gate.through(signal, () => beginCalls(ripeNow()))) ?? false;
      if (!mayMoreWait && !signal.aborted) await rest(signal);
    }
    await Promise.allSettled([lastVerdicts, ...underWay.all()]);
    if (gate.closedBy === undefined && budget.phase !== 'spent') await beginCalls(undefined);
    await Promise.all(underWay.all());
  };

  const ripeNow = (): Ripeness => {
    const { writeBackMs, fewWriteBacksMs } = budget.windows;
    return { few: now() - patience(fewWriteBacksMs), many: now() - patience(writeBackMs) };
  };

  const rest = async (signal: AbortSignal) => {
    const next = await store.nextAttemptAt().catch(() => undefined);
    const ripeAt = (next?.writeBack ?? Number.POSITIVE_INFINITY) + patience(budget.windows.writeBackMs);
    const wait = Math.min(LONGEST_REST_MS, Math.max(COLLECT_MS, ripeAt - now()));
    await wakeUp.wait(wait, signal);
    if (!isBacklog) await sleep(COLLECT_MS, signal);
    isBacklog = false;
  };

  /** @returns whether calls began that may have left others to begin at once */
  const beginCalls = async (ripe: Ripeness | undefined): Promise<boolean> => {
    if (setup.settings.isPaused || !options.isPartValid()) return false;
    // While the side stands still one call is the question that all others wait for.
    const isQuestion = gate.closedBy !== undefined;
    let mayMoreWait = false;
    for (const lane of lanes) {
      if (isQuestion && !underWay.isEmpty) break;
      const call = await guarded(() => beginCall(lane, ripe));
      if (call === undefined) continue;
      mayMoreWait ||= isQuestion || call.mayLeaveSome;
      if (isQuestion) {
        await call.ended;
        break;
      }
    }
    return mayMoreWait;
  };

  const beginCall = async (
    lane: WriteBackLane,
    ripe: Ripeness | undefined,
  ): Promise<{ ended: Promise<void>; mayLeaveSome: boolean } | undefined> => {
    const { object, wanted } = lane;
    if (wanted === 0) return undefined;
    const epoch = options.epoch();
    const pending = await store.pendingWriteBacks({ limit: wanted, now: now(), object });
    health.works();
    const rows = lane.begin(pending, ripe);
    if (rows.length === 0) return undefined;
    const ended = guarded(() => write(lane, rows, epoch)).then((isWritten) => {
      lane.end(rows);
      isBacklog ||= isWritten === true && rows.length === ROWS_A_WRITE;
      underWay.remove(slot);
      wakeUp.wake();
    });
    const slot = underWay.add(ended);
    return { ended, mayLeaveSome: pending.length === wanted || rows.length < pending.length };
  };

  /** @returns what the work gives; undefined when it failed, which is told and judged here */
  const guarded = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!isRelayError(error)) logger.error('The write-back worker met a defect.', {});
      else if (error.code === 'STORE_FAILED') health.failed(error);
      else if (error.code !== 'PART_LOST') gate.close(error);
      return undefined;
    }
  };

  /** @returns false when nothing was sent */
  const write = async (lane: WriteBackLane, pending: PendingWriteBack[], epoch: number): Promise<boolean> => {
    // A process that was frozen until here would write an old status over a newer one.
    if (!options.isPartValid()) return false;
    const verdicts = pending.map(({ verdict }) => verdict);
    const send = () => writeVerdicts(session, verdicts);
    const rows = await (options.turns?.take(lane.object, send) ?? send()).catch((error: unknown) => {
      if (isRelayError(error) && ruleOfSide(error.code).mayBeOneRow === true) lane.failed(pending);
      throw error;
    });
    const atFault = lane.taken(pending);
    const { results, newRefusals, stop } = judgeRows(
      [...pending, ...atFault],
      [...rows, ...atFault.map(({ verdict }) => failedAlone(verdict.recordId))],
      { now: now(), random },
    );
    await store.commitWriteBacks(results, epoch, options.isJournaled === true ? journalOf(rows, now()) : []);
    tell(newRefusals);
    if (stop === undefined) gate.open();
    else gate.close(stop);
    return true;
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

function journalOf(rows: readonly RowResult[], at: number): JournalEntry[] {
  return rows.map((row) => {
    const entry = writeEntry({ w: row.isWritten ? 'written' : row.statusCode });
    return { recordId: row.recordId, at, entry };
  });
}

/** What of a longest wait is left once verdicts were collected, ms. */
function patience(longestMs: number): number {
  return Math.max(0, longestMs - COLLECT_MS);
}
