import type { Identification } from '../mapping/person.ts';
import type { Member } from '../mapping/primary.ts';
import type { Snapshot } from '../mapping/record.ts';
import type { LeasedRecord } from '../store/store.ts';
import type { Absence, Gathered, RecordToRead } from './gather.ts';

/** One OneSignal user and the records that stand for it now. */
export interface UserToSync {
  key: string;
  members: readonly Member[];
  /** True when a record of the user can't be seen: its absence is no reason to take anything away. */
  hasUnseenRecord: boolean;
  /** True when it lost records, all of them by deletion: none moved to another user. */
  lostByDeletionOnly: boolean;
}

/**
 * The smallest piece of work that can be done on its own: users that share records, now or until now. They are done in
 * order, those that lose records first, because an alias must be free before another user can take it.
 */
export interface Unit {
  users: readonly UserToSync[];
  leases: readonly LeasedRecord[];
  /** Records that stand for no user, with why. */
  refused: readonly { snapshot: Snapshot; reason: 'NO_EXTERNAL_ID' | 'BAD_EXTERNAL_ID' }[];
  absent: readonly { record: RecordToRead; absence: Absence }[];
}

/** Cuts what was gathered into units. Pure. `asserted` are users to look at although none of their records is due. */
export function cutIntoUnits(
  gathered: Gathered,
  leases: readonly LeasedRecord[],
  asserted: readonly string[] = [],
): Unit[] {
  const groups = new Groups();
  for (const key of asserted) groups.join(userNode(key), userNode(key));
  for (const record of gathered.records.values()) {
    const node = `record ${record.recordId}`;
    for (const key of keysOf(record, gathered.identities.get(record.recordId))) groups.join(node, userNode(key));
  }
  const leasesByGroup = Map.groupBy(leases, ({ recordId }) => groups.rootOf(`record ${recordId}`));
  const recordsByGroup = Map.groupBy(gathered.records.values(), ({ recordId }) => groups.rootOf(`record ${recordId}`));
  const assertedByGroup = Map.groupBy(asserted, (key) => groups.rootOf(userNode(key)));
  const wanted = new Set([...leasesByGroup.keys(), ...assertedByGroup.keys()]);
  return [...wanted].map((root) =>
    unitOf(recordsByGroup.get(root) ?? [], leasesByGroup.get(root) ?? [], assertedByGroup.get(root) ?? [], gathered),
  );
}

function userNode(key: string): string {
  return `user ${key}`;
}

/** The user it stands for now, and the one until now. */
function keysOf(record: RecordToRead, identity: Identification | undefined): string[] {
  const keys = record.userKey === null ? [] : [record.userKey];
  return identity !== undefined && 'externalId' in identity ? [...keys, identity.externalId] : keys;
}

function unitOf(
  records: readonly RecordToRead[],
  leases: readonly LeasedRecord[],
  asserted: readonly string[],
  gathered: Gathered,
): Unit {
  const keys = new Set([
    ...asserted,
    ...records.flatMap((record) => keysOf(record, gathered.identities.get(record.recordId))),
  ]);
  const users = [...keys].map((key) => userOf(key, records, gathered));
  const leased = new Set(leases.map(({ recordId }) => recordId));
  return {
    users: users.sort((a, b) => a.gains - b.gains).map(({ user }) => user),
    leases,
    refused: records.flatMap(({ recordId }) => {
      const [snapshot, identity] = [gathered.snapshots.get(recordId), gathered.identities.get(recordId)];
      return snapshot !== undefined && identity !== undefined && 'refusal' in identity
        ? [{ snapshot, reason: identity.refusal }]
        : [];
    }),
    absent: records.flatMap((record) => {
      const absence = gathered.absences.get(record.recordId);
      const hasSay = leased.has(record.recordId) || record.userKey !== null;
      return absence === undefined || !hasSay ? [] : [{ record, absence }];
    }),
  };
}

function userOf(
  key: string,
  records: readonly RecordToRead[],
  gathered: Gathered,
): { user: UserToSync; gains: number } {
  const members: Member[] = [];
  let gains = 0;
  let hasUnseenRecord = false;
  let hasLostOne = false;
  let hasMovedOne = false;
  for (const record of records) {
    const snapshot = gathered.snapshots.get(record.recordId);
    const identity = gathered.identities.get(record.recordId);
    const standsForIt = identity !== undefined && 'externalId' in identity && identity.externalId === key;
    if (snapshot !== undefined && standsForIt) {
      members.push({ snapshot, hint: record.hint });
      if (record.userKey !== key) gains += 1;
    } else if (record.userKey === key) {
      const absence = gathered.absences.get(record.recordId);
      if (absence === 'not_visible') hasUnseenRecord = true;
      if (absence === 'deleted') hasLostOne = true;
      if (snapshot !== undefined) hasMovedOne = true;
    }
  }
  const lostByDeletionOnly = hasLostOne && !hasMovedOne;
  return { user: { key, members, hasUnseenRecord, lostByDeletionOnly }, gains };
}

/** Which names belong together, when each joins two of them. */
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
