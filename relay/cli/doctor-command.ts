import type { Environment } from '../config/environment.ts';
import { isRelayError, type RelayError } from '../config/relay-error.ts';
import { CHECKS, type CheckResult, type CheckStatus, type Finding } from '../doctor/check.ts';
import { type DoctorOptions, type Examination, runDoctor } from '../doctor/doctor.ts';
import type { AnswerResult } from '../doctor/first-hour/answers.ts';
import { type FirstHourLine, firstHour } from '../doctor/first-hour/first-hour.ts';
import type { RelayAtWork } from '../doctor/first-hour/relay-at-work.ts';
import type { StepResult } from '../doctor/first-hour/steps.ts';
import { type CommandStore, isRelayBeside, openCommandStore } from './command-store.ts';
import type { Print } from './print.ts';

const MARKS: Readonly<Record<CheckStatus, string>> = {
  pass: '✔ pass',
  warn: '! warn',
  fail: '✘ FAIL',
  skipped: '– skip',
};

export interface DoctorCommandOptions {
  json?: boolean | undefined;
  /** Plays the first hour as well, on a lead of its own. */
  write?: boolean | undefined;
  /** Who moves that lead, by JWT bearer. */
  as?: string | undefined;
}

/** What a test does not wait for as long as a person would. */
export type DoctorPace = Pick<DoctorOptions, 'streamTiming' | 'streamPatienceMs'> &
  Pick<Parameters<typeof firstHour>[0], 'patience'>;

/**
 * Looks at everything that the relay needs and prints a line a check, each with what to do about it.
 * @returns whether nothing failed
 */
export async function doctorCommand(
  readEnvironment: () => Environment,
  options: DoctorCommandOptions,
  signal: AbortSignal,
  print: Print,
  pace: DoctorPace = {},
): Promise<boolean> {
  const show = options.json === true ? () => undefined : print;
  const found: Found = { checks: [], steps: [], answers: [] };
  await look(readEnvironment, options, found, { signal, show, pace });
  const counts = countsOf([...found.checks, ...found.steps]);
  if (options.json === true) print(JSON.stringify({ ...counts, ...found }));
  else print(`${counts.pass} pass, ${counts.warn} to look at, ${counts.fail} failed, ${counts.skipped} not looked at.`);
  return counts.fail === 0;
}

interface Found {
  checks: CheckResult[];
  steps: StepResult[];
  answers: AnswerResult[];
}

interface Showing {
  signal: AbortSignal;
  show: Print;
  pace: DoctorPace;
}

async function look(
  readEnvironment: () => Environment,
  options: DoctorCommandOptions,
  found: Found,
  showing: Showing,
): Promise<void> {
  let opened: CommandStore | undefined;
  const onResult = (result: CheckResult) => {
    found.checks.push(result);
    showing.show(lineOf(result));
  };
  try {
    const environment = readEnvironment();
    const openStore = async () => {
      opened = await openCommandStore(environment);
      return opened.store;
    };
    const examination = await runDoctor({ environment, openStore, onResult, ...showing.pace });
    if (options.write === true) await playFirstHour(environment, options.as, examination, opened, found, showing);
  } catch (error) {
    if (!isRelayError(error) || error.code !== 'ENVIRONMENT_INVALID') throw error;
    onResult(ofEnvironment(error));
  } finally {
    await opened?.store.close();
  }
}

async function playFirstHour(
  environment: Environment,
  username: string | undefined,
  { results, found: { session, setup, token } }: Examination,
  opened: CommandStore | undefined,
  found: Found,
  { signal, show, pace }: Showing,
): Promise<void> {
  const isReady = session !== undefined && setup !== undefined && opened !== undefined;
  if (!isReady || results.some(({ status }) => status === 'fail'))
    return show('\nThe first hour is not tried: mend what failed first.');
  show('\nThe first hour, on a lead of its own:');
  const beside = await relayBeside(opened);
  const hour = { environment, session, setup, userId: token?.userId, beside, username, signal, ...pace };
  for await (const line of firstHour(hour)) take(line, found, show);
}

function take(line: FirstHourLine, { steps, answers }: Found, show: Print): void {
  if ('step' in line) {
    steps.push(line.step);
    show(lineOf(line.step));
  } else {
    answers.push(line.answer);
    show(answerLine(line.answer));
  }
}

async function relayBeside(opened: CommandStore): Promise<RelayAtWork | undefined> {
  if (!(await isRelayBeside(opened))) return undefined;
  return { store: opened.store, standsStill: () => undefined, stop: () => Promise.resolve() };
}

/** Without it nothing else can be looked at. */
function ofEnvironment(error: RelayError): CheckResult {
  const says = `${error.message} ${error.problems.join('; ')}.`;
  return { check: 'environment', title: CHECKS.environment, status: 'fail', says, fix: error.nextStep };
}

function lineOf({ status, title, says, fix }: Finding & { title: string }): string {
  return `${MARKS[status]}  ${title}: ${says}${fix === undefined ? '' : `\n          Fix: ${fix}`}`;
}

function answerLine({ number, question, answer, says, relay }: AnswerResult): string {
  return `? ${String(number).padStart(2)}    ${question} ${answer.toUpperCase()}. ${says}\n          Relay: ${relay}`;
}

function countsOf(results: readonly Finding[]): Record<CheckStatus, number> {
  const counts = { pass: 0, warn: 0, fail: 0, skipped: 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}
