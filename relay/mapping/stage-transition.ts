import { v5 } from 'uuid';
import type { ObjectName } from './record.ts';

/** What the mapping can have follow a change into a stage. */
export const TRANSITION_KINDS = ['event', 'message'] as const;
export type TransitionKind = (typeof TRANSITION_KINDS)[number];

/** A record came into a stage for which the mapping names something to follow, of one kind. */
export interface StageTransition {
  kind: TransitionKind;
  recordId: string;
  object: ObjectName;
  stage: string;
  priorStage: string | null;
  /** Unix seconds. */
  at: number;
}

/** What is older is no news any more: nobody is to get a message for a stage of yesterday. Seconds. */
export const LONGEST_NEWS_SECONDS = 3_600;

/** Chosen once, so that the keys are this product's own. */
const NAMESPACE = '5b9d4c4e-2f0b-4f43-9a55-6d1d2a7f6c10';

/** A move of a record, whatever follows from it. */
export type StageMove = Omit<StageTransition, 'kind'>;

/**
 * The same for each time the transition is told, whoever tells it, so that OneSignal takes it once: an event within four
 * hours, best effort (https://documentation.onesignal.com/reference/create-custom-events), a message within 30 days
 * (https://documentation.onesignal.com/reference/idempotent-notification-requests).
 */
export function transitionKey({ recordId, stage, at }: StageMove): string {
  return v5(JSON.stringify([recordId, stage, at]), NAMESPACE);
}
