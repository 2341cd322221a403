import type { Snapshot, StageHint } from './record.ts';
import { unixSeconds } from './transforms.ts';

/** A record of one user, with what an event said about the time of its stage. */
export interface Member {
  snapshot: Snapshot;
  hint: StageHint | undefined;
}

/**
 * When the record came to its stage, in unix seconds: the later of `Stage_Changed_At` and the event's time, because a
 * stage set by an Apex trigger comes after the before-save flow. Undefined when neither is known; never "now".
 */
export function stageTime({ snapshot, hint }: Member): number | undefined {
  const stamped = stampedTime(snapshot);
  const told = hint !== undefined && hint.stage === snapshot.stage ? unixSeconds(hint.changedAt) : undefined;
  if (stamped === undefined || told === undefined) return stamped ?? told;
  return Math.max(stamped, told);
}

function stampedTime({ stageChangedAt }: Snapshot): number | undefined {
  return stageChangedAt === null ? undefined : unixSeconds(stageChangedAt);
}

/**
 * The record that decides for a user: a contact with a stage, then an unconverted lead, then a converted lead, then a
 * contact without a stage; within one kind the newest stage time (blank is oldest), then the lowest id.
 * @returns undefined when there is no member
 */
export function choosePrimary(members: readonly Member[]): Member | undefined {
  return [...members].sort(byPrecedence)[0];
}

export function byPrecedence(a: Member, b: Member): number {
  const kind = rank(a.snapshot) - rank(b.snapshot);
  if (kind !== 0) return kind;
  // Not by what an event said: whether it came is no reason to take another record.
  const stampOf = ({ snapshot }: Member) => stampedTime(snapshot) ?? Number.NEGATIVE_INFINITY;
  const time = stampOf(b) - stampOf(a);
  if (time > 0 || time < 0) return time;
  return a.snapshot.id < b.snapshot.id ? -1 : 1;
}

function rank(record: Snapshot): number {
  if (record.object === 'Contact') return record.stage === null ? 3 : 0;
  return record.isConverted ? 2 : 1;
}
