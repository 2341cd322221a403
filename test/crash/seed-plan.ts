import { seededRandom } from '../emulators/salesforce/org/ids.ts';
import type { Step } from './steps.ts';

/** How one life of the relay is to end. */
export type PlannedKill = { step: Step; nth: number } | { afterMs: number };

/** Everything about a seed that is decided beforehand. */
export interface SeedPlan {
  seed: number;
  kills: readonly PlannedKill[];
  deletedRecord: 'ClearTags' | 'DeleteUser';
  /** Lives in which people with a user are deleted for certain, one entry a person. */
  deletions: readonly number[];
  /** The same for people whose email moves with them to another user, and for people who get another email. */
  moves: readonly number[];
  emailChanges: readonly number[];
  /** Salesforce forgets its events before this life; undefined: never. */
  losesWindowBefore: number | undefined;
  /** Whether the changes of each life wait for the relay to be ready, instead of coming from its start on. */
  waitsForReadiness: readonly boolean[];
  /** Whether people change again while OneSignal works on a write about them. */
  isRacing: boolean;
  /** Whether a write that OneSignal got just before a kill lands long after it. */
  isLate: boolean;
  random: () => number;
}

const MOST_KILLS = 4;

/**
 * Follows from the seed alone. Seeds that come after each other go through the list of steps, so that some twenty seeds
 * meet each step once; every fifth kill comes at a moment instead.
 */
export function planSeed(seed: number, steps: readonly Step[], latestMomentMs: number): SeedPlan {
  const random = seededRandom(`crash ${seed}`);
  const kills = Array.from({ length: MOST_KILLS - 1 + Math.floor(random() * 2) }, (_, life): PlannedKill => {
    const step = steps[(seed * MOST_KILLS + life) % steps.length];
    if (step === undefined || random() < 0.1) return { afterMs: random() * latestMomentMs };
    return { step, nth: random() < 0.7 ? 1 : 2 };
  });
  const lostFor = livesThatEndAt('store.dropCursor', kills).find((life) => life > 0);
  const deletions = livesThatEndAt('onesignal.delete_user', kills);
  return {
    seed,
    kills,
    deletedRecord: deletions.length > 0 || seed % 4 === 3 ? 'DeleteUser' : 'ClearTags',
    deletions,
    moves: livesThatEndAt('onesignal.transfer_subscription', kills),
    emailChanges: livesThatEndAt('onesignal.delete_subscription', kills),
    losesWindowBefore: lostFor ?? (seed % 5 === 2 ? 1 + Math.floor(random() * (kills.length - 1)) : undefined),
    waitsForReadiness: kills.map(() => random() < 0.5),
    isRacing: random() < 0.5,
    isLate: seed % 6 === 5,
    random,
  };
}

/** Lives that are to end at a call, as often as it takes until then. What leads to it has to happen in them. */
function livesThatEndAt(call: string, kills: readonly PlannedKill[]): number[] {
  return kills.flatMap((kill, life) =>
    'step' in kill && kill.step.startsWith(`${call} `) ? Array.from({ length: kill.nth }, () => life) : [],
  );
}
