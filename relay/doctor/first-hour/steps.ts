import type { Finding } from '../check.ts';

/** Each step of the first hour by its stable id, in order; what it is about. */
export const STEPS = {
  somebody: 'Somebody to move a lead',
  stream: 'A look at the stream',
  relay: 'A relay at work',
  create: 'A lead is created',
  move: 'It moves to another stage',
  quiet: 'No round without end',
  convert: 'It is converted',
  remove: 'It is deleted',
  clean_up: 'Cleaning up',
} as const;

export type StepId = keyof typeof STEPS;

export interface StepResult extends Finding {
  step: StepId;
  title: string;
}
