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
import { relayProcess } from './relay-process.ts';

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

const NOTHING_TRIED = ['stream', 'relay', 'create', 'move', 'convert', 'quiet', 'remove'];

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

const skipped = ({ steps }: Printed) => steps.flatMap(({ step, status }) => (status === 'skipped' ? [step] : []));
const said = ({ steps }: Printed) => steps.find(({ status }) => status === 'fail');

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
      salesforce: { countsPolls: true, startReadsSettings: true },
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

test(
  'beside a relay that runs, that relay does the work',
  async () => {
    await start();
    const running = relayProcess(['run'], { ...world.environment, RELAY_DATA_DIR: folder }, folder);
    await running.said(/Subscribed to Salesforce/);
    const hour = await firstHour();
    expect(troubles(hour)).toEqual([]);
    expect(hour.steps.find(({ step }) => step === 'relay')?.says).toBe('A relay runs on the store: it does the work.');
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
    assertClean();
  },
  DEADLINE_MS,
);

test(
  'somebody may be named who logs in with the same certificate',
  async () => {
    await start();
    const hour = await firstHour({}, world.seller.username);
    expect(troubles(hour)).toEqual([]);
    expect(answersOf(hour).client_credentials_stream).toBe('unknown');
  },
  DEADLINE_MS,
);

test('without somebody to move the lead nothing is tried, and the line says who is needed', async () => {
  await start();
  const hour = await firstHour({ DOCTOR_ACCESS_TOKEN: '' });
  expect(hour.isWell).toBe(false);
  expect(said(hour)).toMatchObject({
    step: 'somebody',
    says: expect.stringMatching(/--as, or set DOCTOR_ACCESS_TOKEN/),
  });
  expect(skipped(hour)).toEqual(NOTHING_TRIED);
  expect(world.onesignal.stats.count('create_user')).toBe(0);
});

test('somebody who holds the bypass is found out, and what was made is gone again', async () => {
  await start();
  const bypassed = world.org.addUser({
    username: 'loader@emulated.example',
    isAdministrator: true,
    permissionSets: ['OneSignal_Relay'],
  });
  const hour = await firstHour({ DOCTOR_ACCESS_TOKEN: world.salesforce.tokenFor(bypassed) });
  expect(said(hour)).toMatchObject({
    step: 'create',
    says: 'No event “Created” came for it.',
    fix: expect.stringContaining('OneSignal Bypass'),
  });
  assertClean();
});

test(
  'a rule of the org that refuses the lead is named by its code, and what was made is gone again',
  async () => {
    await start();
    world.org.addValidationRule('Lead', ({ Status: status }) => status === 'Working - Contacted', 'Not yet', 'Status');
    const hour = await firstHour();
    expect(said(hour)).toMatchObject({
      step: 'move',
      says: 'Salesforce refused it: FIELD_CUSTOM_VALIDATION_EXCEPTION (Status).',
    });
    assertClean();
  },
  DEADLINE_MS,
);

test('while the sync is paused, the line says so', async () => {
  await start();
  world.org.setSettings({ Is_Paused__c: true });
  expect(said(await firstHour())).toMatchObject({ step: 'relay', says: expect.stringContaining('(PAUSED)') });
});

test('where the mapping sends too few stages, the line says what to map', async () => {
  await start();
  world.org.setSettings({ Unmapped_Stage__c: 'Skip' });
  const row = {
    Object_Name__c: 'Lead',
    Stage__c: 'Working - Contacted',
    Lifecycle_Stage__c: 'lead',
    Is_Active__c: true,
  };
  world.org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'One', row);
  expect(said(await firstHour())).toMatchObject({ step: 'somebody', fix: expect.stringContaining('Map two open') });
});

test('a set-up that does not pass is not tried on', async () => {
  await start();
  world.org.deactivateFlow('OneSignal_Lead_After_Save');
  const hour = await firstHour();
  expect(hour.steps).toEqual([]);
  expect(hour.isWell).toBe(false);
});
