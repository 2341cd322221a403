import { OPT_OUT_FIELDS } from '../../mapping/addresses.ts';
import type { Mapping } from '../../mapping/mapping-rows.ts';
import { isStageSent } from '../../mapping/outcome.ts';
import { type Member, stageTime } from '../../mapping/primary.ts';
import type { Snapshot } from '../../mapping/record.ts';
import { LONGEST_NEWS_SECONDS, type StageTransition, TRANSITION_KINDS } from '../../mapping/stage-transition.ts';
import type { TransitionVerdict, VerdictToStore } from '../../store/store.ts';
import type { Unit, UserToSync } from '../units.ts';
import { followsAnything, whatFollows } from './what-follows.ts';

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
  if (!followsAnything(mapping)) return [];
  // Neither a backfill nor a large reconcile is news.
  const isNews = unit.leases.some(({ lane }) => lane === 'live');
  const byId = new Map(
    users.flatMap(({ user }) => user.members.map((member) => [member.snapshot.id, { key: user.key, member }] as const)),
  );
  return verdicts.flatMap(({ recordId, status, reason }): TransitionVerdict[] => {
    if (status === 'Failed') return [];
    const found = isStageSent(status, reason) ? byId.get(recordId) : undefined;
    const shown = found !== undefined && isNews ? shownBy(found.member, mapping, salesforceNow()) : [];
    return TRANSITION_KINDS.map((kind) => {
      const isTold = found !== undefined && (kind === 'event' || mayGetMessages(found.member.snapshot, mapping));
      const ofKind = shown.find((one) => one.kind === kind);
      return { kind, recordId, userKey: isTold ? found.key : null, shown: isTold ? ofKind : undefined };
    });
  });
}

/** What the record itself shows, for the case that its event was lost. */
function shownBy(member: Member, mapping: Mapping, now: number): StageTransition[] {
  const { id, object, stage } = member.snapshot;
  const at = stageTime(member);
  if (stage === null || at === undefined || now / 1000 - at > LONGEST_NEWS_SECONDS) return [];
  return whatFollows({ recordId: id, object, stage, priorStage: null, at }, mapping);
}

/** Nobody gets a message on a channel that the record opts out of. A field that can't be read counts as an opt-out. */
function mayGetMessages({ object, stage, fields }: Snapshot, { messages }: Mapping): boolean {
  const channel = stage === null ? undefined : messages[object].get(stage)?.channel;
  const optOut = channel === undefined ? undefined : OPT_OUTS[channel];
  return optOut === undefined || fields[optOut] === false;
}

/** The standard field by which somebody opts out of a channel; of push one opts out on the device. */
export const OPT_OUTS = { email: OPT_OUT_FIELDS.Email, sms: OPT_OUT_FIELDS.SMS, push: undefined };
