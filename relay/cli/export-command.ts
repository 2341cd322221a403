import { mkdirSync, readdirSync } from 'node:fs';
import type { Environment } from '../config/environment.ts';
import { isRelayError, RelayError } from '../config/relay-error.ts';
import { isObjectName, OBJECT_NAMES, type ObjectName } from '../mapping/record.ts';
import { exportUsers } from '../pipeline/csv-export/export-users.ts';
import { openReading } from '../pipeline/open-reading.ts';
import { createLogger } from '../telemetry/logger.ts';
import { openCommandStore } from './command-store.ts';
import { exportText } from './export-text.ts';
import type { Print } from './print.ts';
import { recordBatches } from './record-batches.ts';

/** Between two lines of progress, ms. */
const LINE_MS = 2_000;

export interface ExportCommandOptions {
  out: string;
  where?: string | undefined;
  object?: string | undefined;
  freshApp?: boolean | undefined;
  json?: boolean | undefined;
}

/**
 * Writes the plans of all users to files for OneSignal's import: neither OneSignal nor a record is written to.
 * @returns false when the signal came first
 * @throws RelayError
 */
export async function exportCommand(
  environment: Environment,
  { out, where, object, freshApp = false, json = false }: ExportCommandOptions,
  signal: AbortSignal,
  print: Print,
): Promise<boolean> {
  const objects = objectsOf(object);
  prepareFolder(out);
  const { store } = await openCommandStore(environment);
  try {
    const logger = createLogger({ ...environment.log, level: 'error' });
    const { reader, setup } = await openReading({ environment, logger, now: store.now });
    await setup.refresh();
    const { settings, mapping } = setup;
    const batches = explainingCondition(recordBatches(reader, { objects, condition: where }), where);
    const options = { store, reader, settings, mapping, folder: out, isFreshApp: freshApp, signal };
    const summary = await exportUsers(batches, { ...options, onProgress: progressLines() });
    if (summary === undefined) {
      print('Stopped: no file is left.');
      return false;
    }
    const warnings = Object.values(setup.warnings).flat();
    print(json ? JSON.stringify({ ...summary, warnings }) : exportText(summary, warnings, out));
    return true;
  } catch (error) {
    throw asRelayError(error, out);
  } finally {
    await store.close();
  }
}

function objectsOf(name: string | undefined): readonly ObjectName[] {
  if (name === undefined) return OBJECT_NAMES;
  if (isObjectName(name)) return [name];
  throw new RelayError('COMMAND_INVALID', `--object is not one of ${OBJECT_NAMES.join(', ')}.`);
}

/** Of these queries only the condition can be wrong, since the setup has been read. */
async function* explainingCondition<T>(batches: AsyncIterable<T>, condition: string | undefined): AsyncGenerator<T> {
  try {
    yield* batches;
  } catch (error) {
    const isRefused = isRelayError(error) && error.code === 'SALESFORCE_QUERY_REFUSED';
    if (condition === undefined || !isRefused) throw error;
    const hint = 'It has to fit leads and contacts, or the one that --object names.';
    throw new RelayError('COMMAND_INVALID', `Salesforce does not take the condition of --where. ${hint}`);
  }
}

/** A file that an earlier export left would be imported with the new ones. */
function prepareFolder(folder: string): void {
  let names: string[];
  try {
    mkdirSync(folder, { recursive: true });
    names = readdirSync(folder);
  } catch {
    throw new RelayError('COMMAND_INVALID', `The folder ${folder} can’t be made or read.`);
  }
  if (names.some((name) => /^onesignal-\d+\.csv$/.test(name)))
    throw new RelayError('COMMAND_INVALID', `The folder ${folder} holds an export already: name another one.`);
}

/** What the file system says is for people too; it names a path and no person. */
function asRelayError(error: unknown, folder: string): unknown {
  if (isRelayError(error) || !(error instanceof Error) || !('syscall' in error)) return error;
  const code = 'code' in error ? String(error.code) : 'unknown';
  return new RelayError('COMMAND_INVALID', `The folder ${folder} can’t be written to (${code}).`);
}

/** To stderr: stdout is for the result. */
function progressLines(): (users: number) => void {
  let last = performance.now();
  return (users) => {
    if (performance.now() - last < LINE_MS) return;
    last = performance.now();
    process.stderr.write(`export-csv: ${users} users planned\n`);
  };
}
