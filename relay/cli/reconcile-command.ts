import type { Environment } from '../config/environment.ts';
import type { ErrorCode } from '../config/error-codes.ts';
import { RelayError } from '../config/relay-error.ts';
import type { RequestProgress } from '../pipeline/command-requests.ts';
import { DUE_REASONS } from '../pipeline/due-reason.ts';
import { sleep } from '../pipeline/gate.ts';
import { reconcileAlone } from '../pipeline/reconcile-alone.ts';
import type { ReconcileProgress } from '../pipeline/reconcile-tally.ts';
import type { CommandRequest, Store } from '../store/store.ts';
import { createLogger } from '../telemetry/logger.ts';
import { openCommandStore } from './command-store.ts';
import type { Print } from './print.ts';
import { createProgressDisplay, type ProgressDisplay } from './progress-display.ts';

/** How often a command looks at what the relay says of its request, ms. */
const LOOK_MS = 250;
/** A request that nobody took by then is told of, ms. */
const PATIENCE_MS = 15_000;

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
  const display = createProgressDisplay();
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
  display: ProgressDisplay,
  signal: AbortSignal,
): Promise<ReconcileProgress | undefined> {
  const id = await store.askFor('reconcile', JSON.stringify({ isDryRun }));
  const askedAt = performance.now();
  let isTold = false;
  while (!signal.aborted) {
    const request = await store.request(id);
    const progress = JSON.parse(request?.progress ?? '{}') as RequestProgress;
    if (request?.state === 'done') return progress as ReconcileProgress;
    if (request?.state === 'failed') throw failureOf(progress);
    if (isWhole(progress)) display.show(progress);
    if (!isTold && isWaitingLong(request, askedAt)) {
      process.stderr.write(
        'The relay has not taken the request yet: it may be busy, starting, or held up (see /readyz).\n',
      );
      isTold = true;
    }
    await sleep(LOOK_MS, signal);
  }
  return undefined;
}

function isWaitingLong(request: CommandRequest | undefined, askedAt: number): boolean {
  return request?.state === 'waiting' && performance.now() - askedAt > PATIENCE_MS;
}

function isWhole(progress: RequestProgress): progress is ReconcileProgress {
  return progress.readUpTo !== undefined;
}

function failureOf({ error }: RequestProgress): RelayError {
  return new RelayError((error?.code ?? 'SALESFORCE_REQUEST_FAILED') as ErrorCode, error?.message ?? 'It failed.');
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
