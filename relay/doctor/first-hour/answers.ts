import { type Answer, numberOf, OPEN_QUESTIONS, type QuestionId } from './open-questions.ts';

export interface AnswerResult {
  number: number;
  id: QuestionId;
  question: string;
  answer: Answer;
  /** What was seen. */
  says: string;
  /** What the relay does, now that this is known; under both where it is not. */
  relay: string;
}

/** @param isSo undefined where what came back tells neither */
export function answered(id: QuestionId, isSo: boolean | undefined, says: string): AnswerResult {
  const { question, either } = OPEN_QUESTIONS[id];
  const answer: Answer = isSo === undefined ? 'unknown' : isSo ? 'yes' : 'no';
  const relay = answer === 'unknown' ? `If yes: ${either.yes} If no: ${either.no}` : either[answer];
  return { number: numberOf(id), id, question, answer, says, relay };
}
