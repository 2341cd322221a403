import type { Mapping } from '../../mapping/mapping-rows.ts';
import { type StageMove, type StageTransition, TRANSITION_KINDS } from '../../mapping/stage-transition.ts';

/** What the mapping has follow a record's move into a stage: a custom event, a message, both or nothing. */
export function whatFollows(move: StageMove, { customEvents, messages }: Mapping): StageTransition[] {
  const isMapped = {
    event: customEvents[move.object].has(move.stage),
    message: messages[move.object].has(move.stage),
  };
  return TRANSITION_KINDS.filter((kind) => isMapped[kind]).map((kind) => ({ kind, ...move }));
}

/** False where the mapping has nothing follow any stage, as in most orgs: then nothing is kept either. */
export function followsAnything({ customEvents, messages }: Mapping): boolean {
  return [customEvents.Lead, customEvents.Contact, messages.Lead, messages.Contact].some(({ size }) => size > 0);
}
