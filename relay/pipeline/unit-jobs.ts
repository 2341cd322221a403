import type { Mapping } from '../mapping/mapping-rows.ts';
import { MOST_ALIASES, planUser, type UserPlan } from '../mapping/plan.ts';
import type { Settings } from '../mapping/settings.ts';
import type { KnownUser } from '../store/store.ts';
import type { ApplyEnd, DesiredUser } from './apply-plan.ts';
import { type Inheritance, inheritances, namingAppIds } from './inheritance.ts';
import type { Unit, UserToSync } from './units.ts';

/** One user of the unit: what it should hold, and what it holds as far as we know. */
export interface Job {
  user: UserToSync;
  plan: UserPlan;
  /** Undefined when nothing may be sent for the user. */
  desired: DesiredUser | undefined;
  known: KnownUser | undefined;
  inheritance: Inheritance | undefined;
  /** How it ended; undefined while it has not. */
  end: ApplyEnd | undefined;
}

interface JobRules {
  settings: Settings;
  mapping: Mapping;
  known: ReadonlyMap<string, KnownUser>;
}

/** What is to be done for each user of a unit, in order. Pure. */
export function jobsOf(unit: Unit, rules: JobRules): Job[] {
  const heirs = inheritances(unit.users, rules.known);
  return unit.users.map((user) => jobOf(user, heirs.get(user.key), rules));
}

/**
 * Why the user that a record stood for still holds what the record gave it: OneSignal refused to take it away. Then the
 * record stays linked to that user and in failures, so that nothing of a person is left behind unseen.
 */
export function failureOfLeft(
  recordId: string,
  { leases }: Unit,
  jobs: readonly Job[],
): Extract<ApplyEnd, { kind: 'failed' }> | undefined {
  const left = leases.find((lease) => lease.recordId === recordId)?.userKey;
  const end = jobs.find(({ user }) => user.key === left && user.members.length === 0)?.end;
  return end?.kind === 'failed' ? end : undefined;
}

function jobOf(user: UserToSync, inheritance: Inheritance | undefined, options: JobRules): Job {
  const planned = planUser(user.key, user.members, options.settings, options.mapping);
  const plan = inheritance === undefined ? planned : namingAppIds(planned, inheritance);
  const known = options.known.get(user.key);
  const desired = desiredUser(user, plan, { ...known?.inherited, ...inheritance?.aliases }, options.settings);
  return { user, plan, desired, known, inheritance, end: undefined };
}

/** @returns undefined when nothing may be sent for the user */
function desiredUser(
  user: UserToSync,
  plan: UserPlan,
  mayInherit: Readonly<Record<string, string>>,
  settings: Settings,
): DesiredUser | undefined {
  const { key, members } = user;
  if (!plan.isSendable) return undefined;
  if (members.length > 0) {
    const room = MOST_ALIASES - Object.keys(plan.aliases).length;
    const open = Object.entries(mayInherit).filter(([label]) => !Object.hasOwn(plan.aliases, label));
    const inherited = Object.fromEntries(open.slice(0, room));
    return { key, tags: plan.tags, aliases: { ...inherited, ...plan.aliases }, inherited, isToBeDeleted: false };
  }
  if (user.hasUnseenRecord) return undefined;
  if (user.lostByDeletionOnly && settings.deletedRecord === 'Keep') return undefined;
  const isToBeDeleted = user.lostByDeletionOnly && settings.deletedRecord === 'DeleteUser';
  return { key, tags: {}, aliases: {}, inherited: {}, isToBeDeleted };
}
