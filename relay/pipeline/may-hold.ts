import type { Mapping } from '../mapping/mapping-rows.ts';
import { RECORD_ALIASES } from '../mapping/record.ts';
import type { Settings } from '../mapping/settings.ts';
import type { KnownUser } from '../store/store.ts';
import { nothingHeld } from './nothing-held.ts';

/** Equal to no fingerprint and to no id: such a key is sent again, or taken away when the plan has it no longer. */
const UNSURE = '?';

/**
 * What a user may hold that somebody of ours may have been writing to unseen, beside what is known of it: each tag and
 * alias that the rules can yield, so that those are taken away that are not to stay.
 */
export function mayHold(key: string, settings: Settings, mapping: Mapping): KnownUser {
  const keysOf = (kind: 'Tag' | 'Alias') =>
    mapping.fields.filter((field) => field.kind === kind).map((field) => field.key);
  const tags = [settings.stageTag, settings.stageChangedAtTag, ...keysOf('Tag')];
  const aliases = [...RECORD_ALIASES, ...keysOf('Alias')];
  return { ...nothingHeld(key), tags: unsure(tags), aliases: unsure(aliases) };
}

/** True of what stands for something that is not known. */
export function isUnsure(value: string): boolean {
  return value === UNSURE;
}

/** Keys of tags or aliases that a write nobody saw the end of may have set. */
export function unsure(keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, UNSURE]));
}
