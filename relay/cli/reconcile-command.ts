import type { Environment } from '../config/environment.ts';
import { DUE_REASONS } from '../pipeline/due-reason.ts';
import { reconcileAlone } from '../pipeline/reconcile-alone.ts';
import type { ReconcileRequestProgress } from '../pipeline/reconcile-request.ts';
import type { ReconcileProgress } from '../pipeline/reconcile-tally.ts';
import type { Store } from '../store/store.ts';
import { createLogger } from '../telemetry/logger.ts';
import { watchRequest } from './ask-relay.ts';
import { openCommandStore } from './command-store.ts';
import type { Print } from './print.ts';
import { createProgressDisplay, type ProgressDisplay } from './progress-display.ts';

export interface ReconcileCommandOptions {
  dryRun?: boolean | undefined;
  json?: boolean | undefined;
}

/**
 * Reads what changed since the mark and makes due what has no verdict: by the relay that runs on the store, or itself.
 * @throws RelayError
 */
export async function reconcileCommand(
  environment: Environment,
  { dryRun: isDryRun = false, json = false }: ReconcileCommandOptions,
  signal: AbortSignal,
  print: Print,
): Promise<void> {
  const { store, isBesideRelay } = await openCommandStore(environment);
  const display = createProgressDisplay<ReconcileProgress>({
    name: 'reconcile',
    share: shareDone,
    text: ({ read, due }) => `${read} records read, ${due} due`,
  });
  try {
    const logger = createLogger({ ...environment.log, level: 'error' });
    const onProgress = display.show;
    const alone = isBesideRelay
      ? undefined
      : await reconcileAlone({ environment, store, logger, signal, isDryRun, onProgress });
    const isByRelay = alone === undefined;
    const result = alone ?? (await askRelay(store, isDryRun, display, signal));
    display.end();
    if (result === undefined) return print('Stopped. A relay that has taken the request goes on with it.');
    print(json ? JSON.stringify({ ...result, isDryRun }) : asText(result, isDryRun, isByRelay));
  } finally {
    display.end();
    await store.close();
  }
}

/** Leaves the request in the store and shows the relay doing it. @returns undefined when the signal came first */
async function askRelay(
  store: Store,
  isDryRun: boolean,
  display: ProgressDisplay<ReconcileProgress>,
  signal: AbortSignal,
): Promise<ReconcileProgress | undefined> {
  const id = await store.askFor('reconcile', JSON.stringify({ isDryRun }));
  const show = (progress: ReconcileRequestProgress) => {
    if (isWhole(progress)) display.show(progress);
  };
  const result = await watchRequest(store, id, show, signal);
  return result as ReconcileProgress | undefined;
}

function isWhole(progress: ReconcileRequestProgress): progress is ReconcileProgress {
  return progress.readUpTo !== undefined;
}

/** In [0, 1], by the time span that is read. */
export function shareDone({ from, readUpTo, until }: ReconcileProgress): number {
  return until <= from ? 1 : Math.min(1, Math.max(0, (readUpTo - from) / (until - from)));
}

function asText({ from, read, due, dueBy }: ReconcileProgress, isDryRun: boolean, isByRelay: boolean): string {
  const reasons = DUE_REASONS.filter((reason) => dueBy[reason] > 0).map((reason) => `${dueBy[reason]} ${reason}`);
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  const then = isDryRun
    ? 'Dry run: nothing was changed.'
    : isByRelay
      ? 'The relay syncs them now.'
      : 'They are synced when the relay runs.';
  const since = new Date(from).toISOString().slice(0, 19);
  return `${read} records changed since ${since}Z, ${due} due${why}. ${due === 0 && !isDryRun ? 'Nothing to do.' : then}`;
}
