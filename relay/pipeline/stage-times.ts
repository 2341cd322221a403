import { stageTime } from '../mapping/primary.ts';
import type { VerdictToStore } from '../store/store.ts';
import type { UserToSync } from './units.ts';

/** The verdicts with the time since which each record has its stage, so that the store can keep its moves. */
export function withStageTimes(
  verdicts: readonly VerdictToStore[],
  users: readonly { user: UserToSync }[],
): VerdictToStore[] {
  const times = new Map(
    users.flatMap(({ user }) => user.members.map((member) => [member.snapshot.id, stageTime(member)] as const)),
  );
  return verdicts.map((verdict) => ({ ...verdict, stageAt: times.get(verdict.recordId) }));
}
