import { randomUUID } from 'node:crypto';
import { isRelayError } from '../../config/relay-error.ts';
import { VERSION } from '../../config/version.ts';
import { createOneSignalClient } from '../../onesignal/onesignal-client.ts';
import { type Finding, failed } from '../check.ts';
import { type AnswerResult, answered } from './answers.ts';
import type { FirstHourOptions } from './first-hour-options.ts';
import { LeadStory } from './lead-story.ts';
import { askOneSignal } from './onesignal-questions.ts';
import { QUESTION_IDS } from './open-questions.ts';
import { USUAL_PATIENCE } from './patience.ts';
import { STEPS, type StepId, type StepResult } from './steps.ts';

export type FirstHourLine = { step: StepResult } | { answer: AnswerResult };

/**
 * The first hour of a relay in an org, played on a lead of its own that is deleted at the end: whether everything works
 * together, and what the public documents leave open. Writes to Salesforce and to OneSignal.
 */
export async function* firstHour(options: FirstHourOptions): AsyncGenerator<FirstHourLine> {
  const { environment, patience = USUAL_PATIENCE, setup, signal } = options;
  const client = createOneSignalClient({ ...environment.onesignal, version: VERSION });
  const externalId = `salesforce-relay-doctor-${randomUUID()}`;
  const story = new LeadStory({ ...options, patience, client, externalId });
  const open = new Set(QUESTION_IDS);
  const lineOf = (answer: AnswerResult): FirstHourLine => {
    open.delete(answer.id);
    return { answer };
  };
  try {
    let isWell = true;
    for await (const step of playedOut(story)) {
      isWell &&= step.status !== 'fail';
      yield { step };
      for (const answer of story.takeAnswers()) yield lineOf(answer);
    }
    const asking = { client, externalId: `${externalId}-questions`, tag: setup.settings.stageTag, patience, signal };
    if (isWell) for await (const answer of askOneSignal(asking)) yield lineOf(answer);
    for (const id of open) yield { answer: answered(id, undefined, 'Not asked: an earlier step failed.') };
  } finally {
    await client.close();
  }
}

/** Up to the first step that fails; what was made is deleted in any case. */
async function* playedOut(story: LeadStory): AsyncGenerator<StepResult> {
  let isOver = false;
  for (const [step, play] of story.steps) {
    const finding: Finding = isOver ? SKIPPED : await judged(play);
    isOver ||= finding.status === 'fail';
    yield resultOf(step, finding);
  }
  yield resultOf('clean_up', await judged(() => story.cleanUp()));
}

const SKIPPED: Finding = { status: 'skipped', says: 'Not tried: an earlier step failed.' };

async function judged(play: () => Promise<Finding>): Promise<Finding> {
  try {
    return await play();
  } catch (error) {
    if (!isRelayError(error)) throw error;
    return failed(error);
  }
}

function resultOf(step: StepId, finding: Finding): StepResult {
  return { step, title: STEPS[step], ...finding };
}
