import { hashTagValue } from '../../mapping/record-hash.ts';
import type { KnownUser } from '../../store/store.ts';
import type { DesiredUser } from '../apply-plan.ts';

/** What would be set on a user and what taken away, by key; what OneSignal was sent before is kept as fingerprints only. */
export interface Difference {
  added: Readonly<Record<string, string>>;
  changed: Readonly<Record<string, string>>;
  removed: readonly string[];
}

/**
 * create  the relay does not know the user: OneSignal gets all of it
 * change  tags or aliases are added, changed or removed
 * clear   no record stands for the user any more: what the relay gave it is removed
 * delete  the user goes with its record
 * none    OneSignal was sent all of it, or nothing is to be sent
 */
export const ACTIONS = ['create', 'change', 'clear', 'delete', 'none'] as const;
export type Action = (typeof ACTIONS)[number];

export interface UserDifference {
  action: Action;
  tags: Difference;
  aliases: Difference;
}

const SAME: Difference = { added: {}, changed: {}, removed: [] };

/** Compares what a user should hold with what OneSignal was last sent for it. Pure. */
export function userDifference(
  desired: DesiredUser | undefined,
  known: KnownUser | undefined,
  isLeft: boolean,
): UserDifference {
  if (desired === undefined || (known === undefined && Object.keys(desired.tags).length === 0))
    return { action: 'none', tags: SAME, aliases: SAME };
  const tags = difference(desired.tags, known?.tags ?? {}, hashTagValue);
  const aliases = difference(desired.aliases, known?.aliases ?? {}, (id) => id);
  return { action: actionOf(desired, known, isLeft, [tags, aliases]), tags, aliases };
}

function actionOf(
  desired: DesiredUser,
  known: KnownUser | undefined,
  isLeft: boolean,
  differences: readonly Difference[],
): Action {
  if (desired.isToBeDeleted) return known === undefined ? 'none' : 'delete';
  if (known === undefined) return 'create';
  if (differences.every(isEmpty)) return 'none';
  return isLeft ? 'clear' : 'change';
}

function isEmpty({ added, changed, removed }: Difference): boolean {
  return Object.keys({ ...added, ...changed }).length + removed.length === 0;
}

function difference(
  wanted: Readonly<Record<string, string>>,
  held: Readonly<Record<string, string>>,
  fingerprint: (value: string) => string,
): Difference {
  const entries = Object.entries(wanted);
  return {
    added: Object.fromEntries(entries.filter(([key]) => !Object.hasOwn(held, key))),
    changed: Object.fromEntries(
      entries.filter(([key, value]) => Object.hasOwn(held, key) && held[key] !== fingerprint(value)),
    ),
    removed: Object.keys(held).filter((key) => !Object.hasOwn(wanted, key)),
  };
}
