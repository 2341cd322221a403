import type { Mapping } from '../mapping/mapping-rows.ts';
import type { Settings } from '../mapping/settings.ts';
import type { KnownUser } from '../store/store.ts';

/** A value that no fingerprint and no alias equals. */
const UNKNOWN = '';

/**
 * A user that somebody of ours may have been writing to unseen: besides what is known it may hold each tag and alias that
 * the rules can yield, so that all of them are taken away where nothing of ours is to stay.
 */
export function mayHold(key: string, known: KnownUser | undefined, settings: Settings, mapping: Mapping): KnownUser {
  const keysOf = (kind: 'Tag' | 'Alias') =>
    mapping.fields.filter((field) => field.kind === kind).map((field) => field.key);
  const tags = [settings.stageTag, settings.stageChangedAtTag, ...keysOf('Tag')];
  const aliases = ['salesforce_id', 'salesforce_lead_id', ...keysOf('Alias')];
  return {
    key,
    onesignalId: known?.onesignalId ?? null,
    tags: { ...unknown(tags), ...known?.tags },
    aliases: { ...unknown(aliases), ...known?.aliases },
    createdAt: known?.createdAt ?? null,
    assertAt: known?.assertAt ?? null,
  };
}

function unknown(keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, UNKNOWN]));
}
