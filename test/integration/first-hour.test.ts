import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doctorCommand } from '../../relay/cli/doctor-command.ts';
import { type EnvironmentVariables, readEnvironment } from '../../relay/config/environment.ts';
import type { CheckResult } from '../../relay/doctor/check.ts';
import type { AnswerResult } from '../../relay/doctor/first-hour/answers.ts';
import { type Answer, QUESTION_IDS, type QuestionId } from '../../relay/doctor/first-hour/open-questions.ts';
import type { StepResult } from '../../relay/doctor/first-hour/steps.ts';
import { startWorld, type World, type WorldOptions } from '../emulators/world.ts';

/** One OneSignal write a second for a user, and one view a second for the app, are real seconds. */
const DEADLINE_MS = 120_000;

const PACE = {
  streamTiming: { waitScale: 0.01 },
  patience: { event: 2_000, outcome: 10_000, change: 2_500, look: 20 },
};

let folder: string;
let world: World;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'first-hour-'));
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Printed {
  isWell: boolean;
  checks: CheckResult[];
  steps: StepResult[];
  answers: AnswerResult[];
}

async function start(options: WorldOptions = {}): Promise<void> {
  world = await startWorld({ relayPermissionSets: ['OneSignal_Diagnosis'], ...options });
}

async function firstHour(env: EnvironmentVariables = {}, as?: string): Promise<Printed> {
  const base = as === undefined ? world.environment : world.jwtEnvironment;
  const token = as === undefined ? { DOCTOR_ACCESS_TOKEN: world.salesforce.tokenFor(world.seller) } : {};
  const variables = { ...base, ...token, RELAY_DATA_DIR: folder, ...env };
  let printed = '';
  const isWell = await doctorCommand(
    () => readEnvironment(variables, () => ''),
    { json: true, write: true, as },
    new AbortController().signal,
    (text) => {
      printed += text;
    },
    PACE,
  );
  return { isWell, ...JSON.parse(printed) };
}

const answersOf = ({ answers }: Printed) => Object.fromEntries(answers.map(({ id, answer }) => [id, answer]));
const troubles = ({ steps }: Printed) =>
  steps.filter(({ status }) => status !== 'pass').map(({ step, status, says }) => `${step} ${status}: ${says}`);

/** Nothing of the first hour may stay. */
function assertClean(): void {
  expect(world.onesignal.users.all()).toEqual([]);
  for (const object of ['Lead', 'Contact', 'Account']) expect(world.org.rows(object)).toEqual([]);
}

const WORLDS: readonly {
  what: string;
  answer: Answer;
  options: WorldOptions;
  but?: Partial<Record<QuestionId, Answer>>;
}[] = [
  {
    what: 'yes',
    answer: 'yes',
    options: {
      org: { requireValidationForConvertedLeads: true },
      salesforce: { countsPolls: true },
      onesignal: { tagsOnPostForExisting: true, aliasesOnPostForExisting: true, maxAliases: 20 },
    },
  },
  {
    what: 'no',
    answer: 'no',
    options: {
      org: { flowsAtConversion: false, priorAfterSave: false, publishesBeforeDelete: false },
      onesignal: {
        unknownUserPatch: 202,
        replicationDelayMs: 1_500,
        aliasesShareUserLimit: false,
        aliasesHaveCase: false,
        emptyTokenPatch: 400,
      },
    },
    // Those who log in by client credentials get the stream here.
    but: { client_credentials_stream: 'yes' },
  },
];

test.each(WORLDS)(
  'where the answer to every open question is $what, the first hour finds it out and the relay is right',
  async ({ answer, options, but = {} }) => {
    await start(options);
    const hour = await firstHour();
    expect(troubles(hour)).toEqual([]);
    expect(answersOf(hour)).toEqual({ ...Object.fromEntries(QUESTION_IDS.map((id) => [id, answer])), ...but });
    assertClean();
  },
  DEADLINE_MS,
);
