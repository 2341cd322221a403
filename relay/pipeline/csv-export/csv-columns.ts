import { ADDRESS_TYPES, type AddressType } from '../../mapping/address-type.ts';
import { isSwitchedOn } from '../../mapping/addresses.ts';
import type { Mapping } from '../../mapping/mapping-rows.ts';
import type { Settings } from '../../mapping/settings.ts';
import { cellProblem } from './csv-cell.ts';

/** Tags of one import: https://documentation.onesignal.com/docs/en/import */
const MOST_TAG_COLUMNS = 1_000;

/** Headers that OneSignal reads as something else than a tag, on the page above and on those of its older importers. */
const HEADERS_OF_ONESIGNAL: ReadonlySet<string> = new Set([
  ...['external_id', 'email', 'phone_number', 'subscription_id', 'subscribed', 'suppressed'],
  ...['timezone_id', 'country', 'language', 'tags', 'onesignal_id', 'external_user_id', 'player_id'],
]);

const HEADER_OF: Readonly<Record<AddressType, string>> = { Email: 'email', SMS: 'phone_number' };

export interface CsvColumns {
  /** Kinds of addresses that the settings send. */
  addresses: readonly AddressType[];
  /** Tag keys: the stage, its time, and then in the order of the mapping. */
  tags: readonly string[];
  /** Tags that an import can't bring, and that are left to the sync. */
  tagsWithoutColumn: readonly string[];
}

export function csvColumns(settings: Settings, mapping: Mapping): CsvColumns {
  const ofFields = mapping.fields.filter(({ kind }) => kind === 'Tag').map(({ key }) => key);
  const taken = new Set(HEADERS_OF_ONESIGNAL);
  const tags: string[] = [];
  const tagsWithoutColumn: string[] = [];
  for (const key of new Set([settings.stageTag, settings.stageChangedAtTag, ...ofFields])) {
    // Headers have to be unique, and whether case makes a difference is not said.
    const isFree = !taken.has(key.toLowerCase()) && cellProblem(key) === undefined;
    taken.add(key.toLowerCase());
    if (isFree && tags.length < MOST_TAG_COLUMNS) tags.push(key);
    else tagsWithoutColumn.push(key);
  }
  return { addresses: ADDRESS_TYPES.filter((type) => isSwitchedOn(type, settings)), tags, tagsWithoutColumn };
}

export function headerOf({ addresses, tags }: CsvColumns): string[] {
  const subscribed = addresses.length > 0 ? ['subscribed'] : [];
  return ['external_id', ...addresses.map((type) => HEADER_OF[type]), ...subscribed, ...tags];
}
