import type { Refusal } from '../mapping/person.ts';
import type { Member } from '../mapping/primary.ts';
import type { ObjectName, Snapshot } from '../mapping/record.ts';
import type { Lane } from '../onesignal/onesignal-contract.ts';
import type { LeasedRecord, UnitToClaim } from '../store/store.ts';
import type { Absence, Gathered, RecordToRead } from './gather.ts';

/** One OneSignal user and the records that stand for it now. */
export interface UserToSync {
  key: string;
  members: readonly Member[];
  /** Those of its records that the store does not link to it yet, or of which it holds evidence of a deletion that is void. */
  toLink: readonly string[];
  /** True when a record of the user can't be seen: its absence is no reason to take anything away. */
  hasUnseenRecord: boolean;
  /** True when it lost records, all of them by deletion: none moved to another user. */
  lostByDeletionOnly: boolean;
  /** True when a record of it stands for another user now. */
  hasMovedOne: boolean;
  /** Its records that became one with a record of another user: by a merge, or by the conversion of a lead. */
  handedOver: readonly HandedOver[];
}

/** A record that became one with another, and the user of that one; undefined when it can't be seen. */
export interface HandedOver {
  recordId: string;
  object: ObjectName;
  to: string | undefined;
}

/**
 * The smallest piece of work that can be done on its own: users that share records, now or until now. They are done in
 * order, those that lose records first, because an alias must be free before another user can take it.
 */
export interface Unit {
  users: readonly UserToSync[];
  leases: readonly LeasedRecord[];
  /** Every record that was read for it. */
  recordIds: readonly string[];
  /** Those that are not due, and stand for another user than until now. */
  movers: ReadonlySet<string>;
  /** Records that stand for no user, with why. */
  refused: readonly { snapshot: Snapshot; reason: Refusal }[];
  absent: readonly { record: RecordToRead; absence: Absence }[];
}

/**
 * Cuts what was gathered into units. Pure. `asserted` are users to look at although none of their records is due,
 * `ties` pairs of users that have to be done together.
 */
export function cutIntoUnits(
  gathered: Gathered,
  leases: readonly LeasedRecord[],
  asserted: readonly string[] = [],
  ties: readonly (readonly [string, string])[] = [],
): Unit[] {
  const groups = new Groups();
  for (const [key, other] of ties) groups.join(key, other);
  for (const record of gathered.records.values()) {
    const now = userNow(record.recordId, gathered);
    if (record.userKey !== null && now !== undefined && now !== record.userKey) groups.join(record.userKey, now);
  }
  /** A record that stands for no user, now or until now, is a group of its own. */
  const groupOf = (record: RecordToRead) => {
    const key = record.userKey ?? userNow(record.recordId, gathered);
    return key === undefined ? record : groups.rootOf(key);
  };
  const drafts = new Map<ReturnType<typeof groupOf>, Draft>();
  const draftOf = (group: ReturnType<typeof groupOf>) => {
    const draft = drafts.get(group) ?? { records: [], leases: [], furtherKeys: [] };
    drafts.set(group, draft);
    return draft;
  };
  for (const lease of leases) draftOf(groupOf(gathered.records.get(lease.recordId) ?? lease)).leases.push(lease);
  for (const key of asserted) draftOf(groups.rootOf(key)).furtherKeys.push(key);
  // Groups in which nothing is due were read for others only.
  for (const record of gathered.records.values()) drafts.get(groupOf(record))?.records.push(record);
  for (const key of ties.flat()) drafts.get(groups.rootOf(key))?.furtherKeys.push(key);
  return [...drafts.values()].map((draft) => unitOf(draft, gathered));
}

/** What a unit is made of. */
interface Draft {
  records: RecordToRead[];
  leases: LeasedRecord[];
  /** Users that are to be looked at although no record of theirs says so. */
  furtherKeys: string[];
}

/** A unit with a change that somebody made goes before those of a crowd. */
export function laneOf({ leases }: Unit): Lane {
  return leases.every(({ lane }) => lane === 'bulk') ? 'bulk' : 'live';
}

export function keysOf({ users }: Unit): string[] {
  return users.map(({ key }) => key);
}

/** A link that changes between the lease and the claim is seen once the unit is held, before it does anything. */
export function toClaim(unit: Unit): UnitToClaim {
  const keys = keysOf(unit);
  return { keys, isLeased: keys.every((key) => unit.leases.some(({ userKey }) => userKey === key)) };
}

export const NOBODY: ReadonlySet<string> = new Set();

/** Most units have nobody in their sets, and many wait at once: those share one. */
export function setOf(names: readonly string[]): ReadonlySet<string> {
  return names.length === 0 ? NOBODY : new Set(names);
}

function unitOf({ records, leases, furtherKeys }: Draft, gathered: Gathered): Unit {
  const keys = new Set(furtherKeys);
  const recordIds: string[] = [];
  const movers: string[] = [];
  const refused: { snapshot: Snapshot; reason: Refusal }[] = [];
  const absent: { record: RecordToRead; absence: Absence }[] = [];
  for (const record of records) {
    const { recordId, userKey } = record;
    const isLeased = leases.some((lease) => lease.recordId === recordId);
    const key = userNow(recordId, gathered);
    if (userKey !== null) keys.add(userKey);
    if (key !== undefined) keys.add(key);
    recordIds.push(recordId);
    if (userKey !== null && userKey !== key && !isLeased) movers.push(recordId);
    const [snapshot, identity] = [gathered.snapshots.get(recordId), gathered.identities.get(recordId)];
    if (snapshot !== undefined && identity !== undefined && 'refusal' in identity)
      refused.push({ snapshot, reason: identity.refusal });
    const absence = gathered.absences.get(recordId);
    if (absence !== undefined && (isLeased || userKey !== null)) absent.push({ record, absence });
  }
  const users = Array.from(keys, (key) => userOf(key, records, gathered));
  users.sort((a, b) => a.gains - b.gains);
  return { users: users.map(({ user }) => user), leases, recordIds, movers: setOf(movers), refused, absent };
}

function userOf(
  key: string,
  records: readonly RecordToRead[],
  gathered: Gathered,
): { user: UserToSync; gains: number } {
  const members: Member[] = [];
  const handedOver: HandedOver[] = [];
  const toLink: string[] = [];
  let [gains, hasMovedOne, hasDeletedOne, hasUnseenRecord] = [0, false, false, false];
  for (const record of records) {
    const { recordId, object } = record;
    const part = partOf(record, key, gathered);
    hasMovedOne ||= part === 'moved' || part === 'handed_over';
    hasDeletedOne ||= part === 'deleted';
    hasUnseenRecord ||= part === 'unseen';
    const snapshot = gathered.snapshots.get(recordId);
    if (part === 'member' && snapshot !== undefined) {
      members.push({ snapshot, hint: record.hint });
      if (record.userKey !== key) gains += 1;
      if (record.userKey !== key || record.hasDeletionEvidence) toLink.push(recordId);
    }
    if (part === 'handed_over') handedOver.push({ recordId, object, to: userNow(recordId, gathered) });
  }
  const lostByDeletionOnly = hasDeletedOne && !hasMovedOne;
  return { user: { key, members, toLink, hasUnseenRecord, lostByDeletionOnly, hasMovedOne, handedOver }, gains };
}

/**
 * What a record is to a user: it stands for it now (`member`), or stood for it until now and can't be seen, is deleted,
 * stands for another (`moved`), or became one with a record of another (`handed_over`).
 */
type Part = 'member' | 'unseen' | 'deleted' | 'moved' | 'handed_over' | 'none';

function partOf({ recordId, userKey }: RecordToRead, key: string, gathered: Gathered): Part {
  const snapshot = gathered.snapshots.get(recordId);
  const standsForIt = userNow(recordId, gathered) === key;
  if (snapshot !== undefined && standsForIt) return 'member';
  if (userKey !== key) return 'none';
  if (snapshot !== undefined) return snapshot.isConverted ? 'handed_over' : 'moved';
  const absence = gathered.absences.get(recordId);
  if (absence === 'merged') return standsForIt ? 'none' : 'handed_over';
  return absence === 'deleted' ? 'deleted' : 'unseen';
}

/** Undefined for a record that stands for no user now. */
function userNow(recordId: string, { identities }: Gathered): string | undefined {
  const identity = identities.get(recordId);
  return identity !== undefined && 'externalId' in identity ? identity.externalId : undefined;
}

/** Which users belong together, when each tie joins two of them. */
class Groups {
  readonly #parents = new Map<string, string>();

  rootOf(name: string): string {
    let root = name;
    for (
      let parent = this.#parents.get(root);
      parent !== undefined && parent !== root;
      parent = this.#parents.get(root)
    )
      root = parent;
    this.#parents.set(name, root);
    return root;
  }

  join(a: string, b: string): void {
    const [rootOfA, rootOfB] = [this.rootOf(a), this.rootOf(b)];
    this.#parents.set(rootOfA, rootOfB);
    this.#parents.set(rootOfB, rootOfB);
  }
}
