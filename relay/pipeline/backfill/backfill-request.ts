import { backoffMs } from '../../config/backoff.ts';
import { isRelayError, RelayError } from '../../config/relay-error.ts';
import type { CommandRequest } from '../../store/store.ts';
import type { CommandWork } from '../command-requests.ts';
import { type Gate, sleep } from '../gate.ts';
import type { RequestFailure } from '../reconcile-request.ts';
import { UNKNOWN_SIDE_RULE } from '../retries/retry-table.ts';
import { type BackfillParts, backfill } from './backfill.ts';
import { type BackfillOptions, readBackfillOptions } from './backfill-options.ts';
import { type BackfillProgress, readBackfillProgress } from './backfill-progress.ts';

/** What came of a request for a backfill, as its command reads it. */
export type BackfillRequestProgress = Partial<BackfillProgress> & RequestFailure;

/** Trying again can't help: the query is not one that Salesforce takes, or it takes no more today. */
const FINAL: ReadonlySet<RelayError['code']> = new Set([
  'COMMAND_INVALID',
  'SALESFORCE_QUERY_REFUSED',
  'BULK_QUERY_FAILED',
  'BULK_QUERY_LIMIT',
]);

export interface BackfillWorkParts extends BackfillParts {
  gate: Gate;
  /** Called when one is done. */
  onDone(): Promise<void>;
}

/** Backfills for a command, through outages of Salesforce and of the store, and on from where another process was. */
export function backfillWork(parts: BackfillWorkParts): CommandWork {
  return {
    kind: 'backfill',
    carryOut: (request, under, signal) => carryOut(parts, request, under, signal),
  };
}

async function carryOut(
  parts: BackfillWorkParts,
  request: CommandRequest,
  under: number,
  signal: AbortSignal,
): Promise<void> {
  const { store, gate } = parts;
  const end = (state: 'done' | 'failed', progress: BackfillRequestProgress) =>
    store.reportRequest(request.id, { state, progress: JSON.stringify(progress) }, under).catch(() => undefined);
  let progress = readBackfillProgress(request.progress);
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await gate.passable(signal);
      await parts.bulkPassable(signal);
      const isDone = await goOn(parts, request, progress, signal, (news) => {
        progress = news;
        failures = 0;
        gate.answered();
      });
      if (isDone) await Promise.all([end('done', progress), parts.onDone()]);
      return;
    } catch (error) {
      if (!isRelayError(error)) throw error;
      if (error.code === 'PART_LOST' || error.code === 'BACKFILL_STOPPED') return;
      if (FINAL.has(error.code)) {
        await end('failed', { ...progress, error: { code: error.code, message: error.message } });
        return;
      }
      if (error.code.startsWith('SALESFORCE_')) gate.close(error);
      await sleep(backoffMs(UNKNOWN_SIDE_RULE.waits, failures, Math.random), signal);
    }
  }
}

/** The mapping counts as it is now: somebody may have edited it just before. */
async function goOn(
  parts: BackfillParts,
  request: CommandRequest,
  progress: BackfillProgress,
  signal: AbortSignal,
  onProgress: (progress: BackfillProgress) => void,
): Promise<boolean> {
  const options = optionsOf(request);
  await parts.setup.refresh();
  const isDone = await backfill(parts, { requestId: request.id, options, progress, signal, onProgress });
  if (isDone && options.scope === 'due' && !options.isDryRun)
    await parts.store.leaveToBackfill(undefined, parts.epoch());
  return isDone;
}

function optionsOf({ options }: CommandRequest): BackfillOptions {
  try {
    return readBackfillOptions(options);
  } catch {
    throw new RelayError('COMMAND_INVALID', 'The backfill was asked for by another version of the relay.');
  }
}
