import { PassingMap } from '../config/passing-map.ts';
import type { LeasedRecord } from '../store/store.ts';

/** Which users are being worked on, and which leased records wait until they are free. */
export interface UserHolds {
  isHeld(key: string): boolean;
  /** Takes all of the users, or none when one of them is held. */
  hold(keys: readonly string[]): boolean;
  letGo(keys: readonly string[]): void;
  /** The records keep their leases until one of the users that are held now is let go. */
  park(keys: readonly string[], leases: readonly LeasedRecord[]): void;
  /** Parked records whose wait is over. Each is given out once. */
  takeReleased(): LeasedRecord[];
}

/**
 * One user is worked on by one unit at a time. A record that comes for a held user waits here rather than in the queue,
 * where it would be read from Salesforce again and again while OneSignal takes its time.
 */
export function createUserHolds(): UserHolds {
  const held = new PassingMap<true>();
  let parked: { keys: readonly string[]; leases: readonly LeasedRecord[] }[] = [];
  let released: LeasedRecord[] = [];

  const isFree = (keys: readonly string[]) => !keys.some((key) => held.has(key));

  return {
    isHeld: (key) => held.has(key),
    hold(keys) {
      if (!isFree(keys)) return false;
      for (const key of keys) held.set(key, true);
      return true;
    },
    letGo(keys) {
      for (const key of keys) held.delete(key);
      const isOver = (entry: { keys: readonly string[] }) => entry.keys.some((key) => keys.includes(key));
      released.push(...parked.filter(isOver).flatMap(({ leases }) => leases));
      parked = parked.filter((entry) => !isOver(entry));
    },
    park(keys, leases) {
      if (leases.length === 0) return;
      const waitsFor = keys.filter((key) => held.has(key));
      if (waitsFor.length === 0) released.push(...leases);
      else parked.push({ keys: waitsFor, leases });
    },
    takeReleased() {
      const leases = released;
      released = [];
      return leases;
    },
  };
}
