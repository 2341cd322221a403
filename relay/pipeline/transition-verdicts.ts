import type { Mapping } from '../mapping/mapping-rows.ts';
import { type Member, stageTime } from '../mapping/primary.ts';
import { LONGEST_NEWS_SECONDS, type StageTransition } from '../mapping/stage-transition.ts';
import type { TransitionVerdict, VerdictToStore } from '../store/store.ts';
import type { Unit, UserToSync } from './units.ts';

export interface TransitionContext {
  mapping: Mapping;
  salesforceNow: () => number;
}

/**
 * What the verdicts of a unit mean for the stage transitions of its records. One is told where its record decides for a
 * user that holds the stage now; a record that is skipped has nothing to tell, and a failure may be over within the hour.
 */
export function transitionVerdicts(
  users: readonly { user: UserToSync }[],
  verdicts: readonly VerdictToStore[],
  unit: Unit,
  { mapping, salesforceNow }: TransitionContext,
): TransitionVerdict[] {
  if (mapping.customEvents.Lead.size + mapping.customEvents.Contact.size === 0) return [];
  // Neither a backfill nor a large reconcile is news.
  const isNews = unit.leases.some(({ lane }) => lane === 'live');
  const byId = new Map(
    users.flatMap(({ user }) => user.members.map((member) => [member.snapshot.id, { key: user.key, member }] as const)),
  );
  return verdicts.flatMap(({ recordId, status }): TransitionVerdict[] => {
    if (status === 'Failed') return [];
    const found = byId.get(recordId);
    if (status === 'Skipped' || found === undefined) return [{ recordId, userKey: null, shown: undefined }];
    const shown = isNews ? shownBy(found.member, mapping, salesforceNow()) : undefined;
    return [{ recordId, userKey: found.key, shown }];
  });
}

function shownBy(member: Member, mapping: Mapping, now: number): StageTransition | undefined {
  const { id, object, stage } = member.snapshot;
  const at = stageTime(member);
  if (stage === null || at === undefined || now / 1000 - at > LONGEST_NEWS_SECONDS) return undefined;
  return mapping.customEvents[object].has(stage) ? { recordId: id, object, stage, priorStage: null, at } : undefined;
}
