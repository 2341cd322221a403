import { isReservedTagKey } from './reserved-tag-keys.ts';

/** The org default of the custom setting `OneSignal_Settings__c`. */
export interface Settings {
  isPaused: boolean;
  stageTag: string;
  stageChangedAtTag: string;
  unmappedStage: (typeof UNMAPPED_STAGE)[number];
  missingExternalId: (typeof MISSING_EXTERNAL_ID)[number];
  deletedRecord: (typeof DELETED_RECORD)[number];
  maxTags: number;
  syncEmail: boolean;
  syncPhone: boolean;
  /** Whether who unsubscribes from emails, or whose email bounces for good, is opted out in Salesforce too. */
  unsubscribeOptsOut: boolean;
}

const UNMAPPED_STAGE = ['PassThrough', 'Skip'] as const;
const MISSING_EXTERNAL_ID = ['UseSalesforceId', 'Skip'] as const;
const DELETED_RECORD = ['ClearTags', 'Keep', 'DeleteUser'] as const;

/** The most tags a user can hold on any plan: https://documentation.onesignal.com/docs/en/add-user-data-tags */
const MOST_TAGS = 1_000;

/** What counts while the org has no row, or a blank in it. Two tags is what OneSignal's Free plan allows a user. */
export const DEFAULT_SETTINGS = {
  isPaused: false,
  stageTag: 'sf_stage',
  stageChangedAtTag: 'sf_stage_at',
  unmappedStage: 'PassThrough',
  missingExternalId: 'UseSalesforceId',
  deletedRecord: 'ClearTags',
  maxTags: 2,
  syncEmail: false,
  syncPhone: false,
  unsubscribeOptsOut: false,
} satisfies Settings;

export type SettingsRow = Readonly<Record<string, unknown>>;

/**
 * Turns the row of the custom setting into settings. A value that we don't know counts as the default, with a warning.
 * @param row undefined when the org has no default row
 */
export function readSettings(row: SettingsRow | undefined): { settings: Settings; warnings: string[] } {
  const warnings: string[] = [];
  const values = row ?? {};
  const settings: Settings = {
    isPaused: values.Is_Paused__c === true,
    stageTag: text(values.Stage_Tag__c) ?? DEFAULT_SETTINGS.stageTag,
    stageChangedAtTag: text(values.Stage_Changed_At_Tag__c) ?? DEFAULT_SETTINGS.stageChangedAtTag,
    unmappedStage: choice('Unmapped_Stage__c', values, UNMAPPED_STAGE, DEFAULT_SETTINGS.unmappedStage, warnings),
    missingExternalId: choice(
      'Missing_External_Id__c',
      values,
      MISSING_EXTERNAL_ID,
      DEFAULT_SETTINGS.missingExternalId,
      warnings,
    ),
    deletedRecord: choice('Deleted_Record__c', values, DELETED_RECORD, DEFAULT_SETTINGS.deletedRecord, warnings),
    maxTags: maxTags(values.Max_Tags__c, warnings),
    syncEmail: values.Sync_Email__c === true,
    syncPhone: values.Sync_Phone__c === true,
    unsubscribeOptsOut: values.Unsubscribe_Opts_Out__c === true,
  };
  if (settings.stageChangedAtTag === settings.stageTag) {
    settings.stageChangedAtTag = `${settings.stageTag}_at`;
    warnings.push(
      `OneSignal_Settings__c.Stage_Changed_At_Tag__c is the tag of the stage itself: "${settings.stageChangedAtTag}" counts`,
    );
  }
  for (const key of [settings.stageTag, settings.stageChangedAtTag]) {
    if (isReservedTagKey(key))
      warnings.push(`OneSignal_Settings__c names the tag "${key}", which OneSignal reserves: choose another key`);
  }
  return { settings, warnings };
}

function choice<T extends string>(
  field: string,
  values: SettingsRow,
  known: readonly T[],
  fallback: T,
  warnings: string[],
): T {
  const given = text(values[field]);
  if (given === undefined) return fallback;
  const match = known.find((value) => value === given);
  if (match !== undefined) return match;
  warnings.push(`OneSignal_Settings__c.${field} is not one of ${known.join(', ')}: ${fallback} counts`);
  return fallback;
}

function maxTags(value: unknown, warnings: string[]): number {
  if (value === null || value === undefined) return DEFAULT_SETTINGS.maxTags;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_TAGS) return value;
  warnings.push(
    `OneSignal_Settings__c.Max_Tags__c is not a whole number from 1 to ${MOST_TAGS}: ${DEFAULT_SETTINGS.maxTags} counts`,
  );
  return DEFAULT_SETTINGS.maxTags;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
