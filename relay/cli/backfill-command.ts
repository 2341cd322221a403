import { createInterface } from 'node:readline/promises';
import type { Environment } from '../config/environment.ts';
import { RelayError } from '../config/relay-error.ts';
import { isObjectName, OBJECT_NAMES, type ObjectName } from '../mapping/record.ts';
import { countToBackfill } from '../pipeline/backfill/backfill-count.ts';
import type { BackfillOptions } from '../pipeline/backfill/backfill-options.ts';
import type { BackfillProgress } from '../pipeline/backfill/backfill-progress.ts';
import type { BackfillRequestProgress } from '../pipeline/backfill/backfill-request.ts';
import { countAlone } from '../pipeline/backfill/count-alone.ts';
import { openReading } from '../pipeline/open-reading.ts';
import type { Store } from '../store/store.ts';
import { createLogger } from '../telemetry/logger.ts';
import { watchRequest } from './ask-relay.ts';
import { backfillText, estimateOf, paceOf } from './backfill-text.ts';
import { type CommandStore, isRelayBeside, openCommandStore } from './command-store.ts';
import type { Print } from './print.ts';
import { createProgressDisplay } from './progress-display.ts';
import { withRelay } from './relay-alone.ts';

/** More updates than this are not sent unasked. */
const MOST_UNASKED = 1_000;

export interface BackfillCommandOptions {
  where?: string | undefined;
  object?: string | undefined;
  changed?: boolean | undefined;
  due?: boolean | undefined;
  dryRun?: boolean | undefined;
  yes?: boolean | undefined;
  stop?: boolean | undefined;
  json?: boolean | undefined;
}

/**
 * Syncs the records that live changes don't bring: by the relay that runs on the store, or by one that runs as long as
 * it takes. One that was stopped goes on where it was.
 * @throws RelayError
 */
export async function backfillCommand(
  environment: Environment,
  options: BackfillCommandOptions,
  signal: AbortSignal,
  print: Print,
): Promise<void> {
  const asked = readOptions(options);
  const opened = await openCommandStore(environment);
  try {
    const id = options.stop === true ? undefined : await requestFor(environment, opened.store, asked, options);
    if (options.stop === true) return await stop(opened.store, print);
    if (id === undefined) return print('Nothing was done.');
    const result = await done(environment, opened, id, asked, signal);
    if (result === undefined) return print('Stopped. It goes on where it was when a relay runs, or with this command.');
    const estimate = estimateOf(result, environment.onesignal.requestsPerSecond);
    print(
      options.json === true ? JSON.stringify({ ...result, ...asked, estimate }) : backfillText(result, asked, estimate),
    );
  } finally {
    await opened.store.close();
  }
}

function readOptions({ where, object, changed, due, dryRun = false }: BackfillCommandOptions): BackfillOptions {
  if (changed === true && due === true)
    throw new RelayError('COMMAND_INVALID', '--changed and --due are two backfills: choose one.');
  if (changed === true && where !== undefined)
    throw new RelayError('COMMAND_INVALID', '--changed goes by the relay’s own store, which knows no --where.');
  return {
    scope: changed === true ? 'changed' : due === true ? 'due' : 'all',
    objects: objectsOf(object),
    ...(where !== undefined && { where }),
    isDryRun: dryRun,
  };
}

function objectsOf(object: string | undefined): ObjectName[] {
  if (object === undefined) return [...OBJECT_NAMES];
  if (isObjectName(object)) return [object];
  throw new RelayError('COMMAND_INVALID', `--object ${object}: it is ${OBJECT_NAMES.join(' or ')}.`);
}

/** The request that is under way with the same options, or a new one. @returns undefined where somebody said no */
async function requestFor(
  environment: Environment,
  store: Store,
  asked: BackfillOptions,
  { yes = false }: BackfillCommandOptions,
): Promise<number | undefined> {
  const options = JSON.stringify(asked);
  const open = await store.openRequest('backfill');
  if (open?.options === options) return open.id;
  if (open !== undefined)
    throw new RelayError('COMMAND_INVALID', 'Another backfill is under way: wait for it, or end it with --stop.');
  if (!yes && !asked.isDryRun && !(await isAgreed(environment, store, asked))) return undefined;
  return store.askFor('backfill', options);
}

async function isAgreed(environment: Environment, store: Store, asked: BackfillOptions): Promise<boolean> {
  const logger = createLogger({ ...environment.log, level: 'error' });
  const reading = await openReading({ environment, logger, now: store.now });
  const count = await countToBackfill(reading, store, asked);
  if (count !== undefined && count <= MOST_UNASKED) return true;
  const what = `This sends up to ${count ?? 'an unknown number of'} records to OneSignal`;
  if (!process.stdin.isTTY)
    throw new RelayError('COMMAND_INVALID', `${what}: see --dry-run, and add --yes if it is to be so.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what}. Go on? [y/N] `).finally(() => terminal.close());
  return /^y(es)?$/i.test(answer.trim());
}

async function stop(store: Store, print: Print): Promise<void> {
  const open = await store.openRequest('backfill');
  const error = { code: 'BACKFILL_STOPPED', message: 'Somebody stopped the backfill.' };
  const progress = { ...JSON.parse(open?.progress ?? '{}'), error };
  const isStopped = open !== undefined && (await store.stopRequest(open.id, JSON.stringify(progress)));
  print(
    isStopped ? 'The backfill is stopped. What was made due by then is still synced.' : 'No backfill is under way.',
  );
}

async function done(
  environment: Environment,
  opened: CommandStore,
  id: number,
  { isDryRun }: BackfillOptions,
  signal: AbortSignal,
): Promise<BackfillProgress | undefined> {
  const { store } = opened;
  const pace = paceOf();
  const display = createProgressDisplay<BackfillProgress>({ name: 'backfill', ...pace });
  const show = (progress: BackfillRequestProgress) => {
    if (isWhole(progress)) display.show(progress);
  };
  const watch = (until: AbortSignal) => watchRequest(store, id, show, until);
  try {
    if (await isRelayBeside(opened)) return await whole(watch(signal));
    if (!isDryRun) return await whole(withRelay(environment, store, signal, watch));
    const logger = createLogger({ ...environment.log, level: 'error' });
    await countAlone({ environment, store, logger, signal });
    return await whole(watch(signal));
  } finally {
    display.end();
  }
}

async function whole(result: Promise<BackfillRequestProgress | undefined>): Promise<BackfillProgress | undefined> {
  const progress = await result;
  return progress !== undefined && isWhole(progress) ? progress : undefined;
}

function isWhole(progress: BackfillRequestProgress): progress is BackfillProgress {
  return progress.phase !== undefined;
}
