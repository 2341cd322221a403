import { describeOutcome } from '../mapping/outcome.ts';
import type { UserPlan } from '../mapping/plan.ts';
import type { KnownUser } from '../store/store.ts';
import { type Applied, type ApplyOptions, applyPlan, type DesiredUser } from './apply-plan.ts';

export interface TagRoomOptions {
  /** What the plan allows a user, as the org's settings say. */
  maxTags: number;
  /** What was learned under another mapping counts no more. */
  mappingVersion: string;
}

/** What carrying out a plan came to, and the tags and aliases for which OneSignal had no room. */
export interface Fitted {
  applied: Applied;
  leftOut: readonly string[];
}

/** A user whose tags OneSignal refuses together gets at least its stage, and its time. */
const STAGE_TAGS = [2, 1];

/**
 * Carries a plan out, with fewer tags where OneSignal's plan allows no more: the first ones, which matter most, are kept.
 * The request over the cap is refused as a whole (409 `entitlements-tag-limit`), and tags of others count too, so one
 * view tells how many of ours have room. What was found out is kept with the user, so that the next change is one request.
 */
export async function applyWithinTagRoom(
  desired: DesiredUser,
  known: KnownUser | undefined,
  options: ApplyOptions,
  { maxTags, mappingVersion }: TagRoomOptions,
): Promise<Fitted> {
  const keys = Object.keys(desired.tags);
  let count = options.isForced ? keys.length : tagsWithRoom(keys.length, known, mappingVersion);
  let user = known;
  let untried: number[] | undefined;
  for (;;) {
    const fitting = count < keys.length ? { ...desired, tags: firstOf(desired.tags, count) } : desired;
    const applied = await applyPlan(fitting, user, options);
    if (!isOverLimit(applied)) return fitted(applied, keys, count, mappingVersion);
    user = applied.user;
    if (untried === undefined) {
      const room = await roomFor(desired, maxTags, options);
      if (typeof room !== 'number') return { applied: { end: room, user }, leftOut: [] };
      const refused = count;
      untried = [...new Set([Math.min(refused, room), ...STAGE_TAGS.filter((few) => few < refused)])].filter(
        (n) => n > 0,
      );
    }
    const next = untried.shift();
    if (next === undefined) return { applied, leftOut: [] };
    count = next;
  }
}

/** How many of so many tags have room, as far as a sync under this mapping found out. */
export function tagsWithRoom(count: number, known: KnownUser | undefined, mappingVersion: string): number {
  return known?.tagRoom?.version === mappingVersion ? Math.min(count, known.tagRoom.count) : count;
}

function isOverLimit({ end }: Applied): boolean {
  return end.kind === 'failed' && end.reason === 'TAG_LIMIT';
}

/** How many tags of ours the user may have beside those of others. */
async function roomFor(
  { key, tags }: DesiredUser,
  maxTags: number,
  { client, callOptions }: ApplyOptions,
): Promise<number | Extract<Applied['end'], { kind: 'interrupted' }>> {
  const seen = await client.viewUser({ label: 'external_id', id: key }, callOptions);
  if (seen.kind === 'not_found') return maxTags;
  if (seen.kind !== 'viewed') return { kind: 'interrupted', outcome: seen };
  const ofOthers = Object.keys(seen.user.tags).filter((tag) => !Object.hasOwn(tags, tag));
  return maxTags - ofOthers.length;
}

function fitted(
  { end, user, aliasesLeftOut = [] }: Applied,
  keys: readonly string[],
  count: number,
  version: string,
): Fitted {
  const tagRoom = count < keys.length ? { count, version } : null;
  return {
    applied: { end, user: user && { ...user, tagRoom } },
    leftOut: [...keys.slice(count), ...aliasesLeftOut.map((label) => `alias ${label}`)],
  };
}

export function firstOf(tags: Readonly<Record<string, string>>, count: number): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).slice(0, count));
}

/** The verdicts on records whose user has room for fewer tags name those that it has not. */
export function leavingOut(plan: UserPlan, leftOut: readonly string[]): UserPlan {
  if (leftOut.length === 0) return plan;
  const what = `OneSignal holds this stage; left out: ${[...leftOut, ...plan.leftOut].join(', ')}.`;
  const outcomes = plan.outcomes.map((outcome) =>
    outcome.dependsOnOneSignal && outcome.status === 'Synced'
      ? { ...outcome, reason: 'TAGS_LEFT_OUT' as const, detail: describeOutcome('TAGS_LEFT_OUT', what) }
      : outcome,
  );
  return { ...plan, outcomes };
}
