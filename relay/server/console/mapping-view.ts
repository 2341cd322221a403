import { isRelayError } from '../../config/relay-error.ts';
import { STAGE_FIELD } from '../../config/salesforce-fields.ts';
import type { Mapping } from '../../mapping/mapping-rows.ts';
import { OBJECT_NAMES, type ObjectName } from '../../mapping/record.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../mapping/settings.ts';
import type { RelayView } from '../../pipeline/relay-view.ts';
import { readFieldRights } from '../../salesforce/setup-reader.ts';
import type { MappedStage, MappingView } from './contract.ts';

/** Picklists change rarely, and a look at them costs API calls, ms. */
const FRESH_MS = 5 * 60_000;

type Picklists = Readonly<Record<ObjectName, readonly string[]>>;

/** The mapping as the relay works by it. */
export interface MappingDesk {
  look(): Promise<MappingView>;
}

/** @param elapsed ms on a clock that never jumps */
export function createMappingDesk(view: Pick<RelayView, 'setup' | 'session'>, elapsed: () => number): MappingDesk {
  let last: { picklists: Picklists; freshUntil: number } | undefined;

  const picklists = async (): Promise<Picklists> => {
    if (last !== undefined && elapsed() < last.freshUntil) return last.picklists;
    const read = async (object: ObjectName) =>
      (await readFieldRights(view.session, object)).get(STAGE_FIELD[object])?.activeValues ?? [];
    const fresh = { Lead: await read('Lead'), Contact: await read('Contact') };
    last = { picklists: fresh, freshUntil: elapsed() + FRESH_MS };
    return fresh;
  };

  return {
    async look() {
      const found = await picklists().catch((error: unknown) => {
        if (!isRelayError(error)) throw error;
        return undefined;
      });
      const known = found ?? last?.picklists;
      const { settings, mapping, warnings } = view.setup;
      const unread = 'Salesforce does not say now which stages its picklists have';
      return {
        version: mapping.version,
        stages: OBJECT_NAMES.flatMap((object) => stagesOf(object, mapping, known?.[object])),
        tags: tagsOf(mapping),
        settings: settingsOf(settings),
        warnings: [...Object.values(warnings).flat(), ...(found === undefined ? [unread] : [])],
      };
    },
  };
}

/** Those of the picklist in its order, then those that only rows name. @param values undefined where nobody knows them */
function stagesOf(object: ObjectName, mapping: Mapping, values: readonly string[] | undefined): MappedStage[] {
  const { stages, customEvents, messages } = mapping;
  const inRows = [stages, customEvents, messages].flatMap((rows) => [...rows[object].keys()]);
  return [...new Set([...(values ?? []), ...inRows])].map((stage) => ({
    object,
    stage,
    lifecycleStage: stages[object].get(stage) ?? null,
    customEvent: customEvents[object].get(stage) ?? null,
    messageTemplate: messages[object].get(stage)?.templateId ?? null,
    isInPicklist: values === undefined || values.includes(stage),
  }));
}

function tagsOf({ fields, consents }: Mapping): MappingView['tags'] {
  return [
    ...fields.map(({ object, field, kind, key, transform }) => ({ object, field, kind, tag: key, transform })),
    ...consents.map(({ object, field, type }) => {
      const kind = type === 'Email' ? 'EmailConsent' : 'PhoneConsent';
      return { object, field, kind, tag: '', transform: '' };
    }),
  ];
}

/** By the name that Setup shows. */
const FIELDS: Readonly<Record<keyof Settings, string>> = {
  isPaused: 'Is_Paused__c',
  stageTag: 'Stage_Tag__c',
  stageChangedAtTag: 'Stage_Changed_At_Tag__c',
  unmappedStage: 'Unmapped_Stage__c',
  missingExternalId: 'Missing_External_Id__c',
  deletedRecord: 'Deleted_Record__c',
  maxTags: 'Max_Tags__c',
  syncEmail: 'Sync_Email__c',
  syncPhone: 'Sync_Phone__c',
  unsubscribeOptsOut: 'Unsubscribe_Opts_Out__c',
};

function settingsOf(settings: Settings): MappingView['settings'] {
  const names = Object.keys(FIELDS) as (keyof Settings)[];
  return names.map((name) => ({
    name: FIELDS[name],
    value: String(settings[name]),
    isDefault: settings[name] === DEFAULT_SETTINGS[name],
  }));
}
