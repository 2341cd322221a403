import type { Environment } from '../config/environment.ts';
import { isRelayError, type RelayError } from '../config/relay-error.ts';
import { CHECKS, type CheckResult, type CheckStatus } from '../doctor/check.ts';
import { runDoctor } from '../doctor/doctor.ts';
import type { Store } from '../store/store.ts';
import { openCommandStore } from './command-store.ts';
import type { Print } from './print.ts';

const MARKS: Readonly<Record<CheckStatus, string>> = {
  pass: '✔ pass',
  warn: '! warn',
  fail: '✘ FAIL',
  skipped: '– skip',
};

/**
 * Looks at everything that the relay needs and prints a line a check, each with what to do about it.
 * @returns whether nothing failed
 */
export async function doctorCommand(
  readEnvironment: () => Environment,
  { json = false }: { json?: boolean | undefined },
  print: Print,
): Promise<boolean> {
  const results = await examined(readEnvironment, json ? () => undefined : (result) => print(lineOf(result)));
  const counts = countsOf(results);
  if (json) print(JSON.stringify({ ...counts, checks: results }));
  else print(`${counts.pass} pass, ${counts.warn} to look at, ${counts.fail} failed, ${counts.skipped} not looked at.`);
  return counts.fail === 0;
}

async function examined(
  readEnvironment: () => Environment,
  onResult: (result: CheckResult) => void,
): Promise<readonly CheckResult[]> {
  let store: Store | undefined;
  try {
    const environment = readEnvironment();
    const openStore = async () => {
      store = (await openCommandStore(environment)).store;
      return store;
    };
    return await runDoctor({ environment, openStore, onResult });
  } catch (error) {
    if (!isRelayError(error) || error.code !== 'ENVIRONMENT_INVALID') throw error;
    const result = ofEnvironment(error);
    onResult(result);
    return [result];
  } finally {
    await store?.close();
  }
}

/** Without it nothing else can be looked at. */
function ofEnvironment(error: RelayError): CheckResult {
  const says = `${error.message} ${error.problems.join('; ')}.`;
  return { check: 'environment', title: CHECKS.environment, status: 'fail', says, fix: error.nextStep };
}

function lineOf({ status, title, says, fix }: CheckResult): string {
  return `${MARKS[status]}  ${title}: ${says}${fix === undefined ? '' : `\n          Fix: ${fix}`}`;
}

function countsOf(results: readonly CheckResult[]): Record<CheckStatus, number> {
  const counts = { pass: 0, warn: 0, fail: 0, skipped: 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}
