import { z } from 'zod';
import { RelayError } from '../config/relay-error.ts';
import type { MappingRow } from './mapping-rows.ts';
import type { SettingsRow } from './settings.ts';

/** Settings and rows that are not in the org yet. What it leaves out is as in the org. */
export interface MappingDraft {
  settings?: SettingsRow | undefined;
  stages?: readonly MappingRow[] | undefined;
  tags?: readonly MappingRow[] | undefined;
}

const text = z.string().nullish();

const SETTINGS = z.strictObject({
  Is_Paused__c: z.boolean().nullish(),
  Stage_Tag__c: text,
  Stage_Changed_At_Tag__c: text,
  Unmapped_Stage__c: text,
  Missing_External_Id__c: text,
  Sync_Email__c: z.boolean().nullish(),
  Sync_Phone__c: z.boolean().nullish(),
  Deleted_Record__c: text,
  Max_Tags__c: z.number().nullish(),
});

const NAMED = { DeveloperName: text, Object_Name__c: z.string(), Is_Active__c: z.boolean().default(true) };

const STAGE_ROW = z.strictObject({
  ...NAMED,
  Stage__c: z.string(),
  Lifecycle_Stage__c: z.string(),
  Custom_Event_Name__c: text,
  Message_Template_Id__c: text,
  Message_Channel__c: text,
});

const TAG_ROW = z.strictObject({
  ...NAMED,
  Field__c: z.string(),
  Kind__c: z.string(),
  Tag__c: text,
  Transform__c: text,
  Order__c: z.number().nullish(),
});

const DRAFT = z.strictObject({
  settings: SETTINGS.optional(),
  stages: z.array(STAGE_ROW).optional(),
  tags: z.array(TAG_ROW).optional(),
});

/**
 * Reads a draft from JSON: `settings`, `stages` and `tags`, each as the rows in the org, by the API names of their fields.
 * A row is active unless it says otherwise.
 * @throws RelayError COMMAND_INVALID, naming everything that is wrong with it
 */
export function readMappingDraft(json: string, name: string): MappingDraft {
  const draft = DRAFT.safeParse(parsed(json, name));
  if (!draft.success) {
    const wrong = draft.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
    throw new RelayError('COMMAND_INVALID', `${name} is no mapping draft: ${wrong.join('; ')}.`);
  }
  const { settings, stages, tags } = draft.data;
  return { settings, stages: stages?.map(withName), tags: tags?.map(withName) };
}

/** The draft that changes nothing, to be edited: rows as Salesforce gives them, without what is blank. */
export function mappingDraftOf(
  settings: SettingsRow | undefined,
  stages: readonly MappingRow[],
  tags: readonly MappingRow[],
): string {
  const draft = {
    settings: known(settings ?? {}, SETTINGS.shape),
    stages: stages.map((row) => known(row, STAGE_ROW.shape)),
    tags: tags.map((row) => known(row, TAG_ROW.shape)),
  };
  return `${JSON.stringify(draft, null, 2)}\n`;
}

function known(row: MappingRow, fields: object): MappingRow {
  const isKept = ([name, value]: [string, unknown]) => Object.hasOwn(fields, name) && value !== null;
  return Object.fromEntries(Object.entries(row).filter(isKept));
}

function parsed(json: string, name: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new RelayError('COMMAND_INVALID', `${name} is not JSON.`);
  }
}

/** Of two rows for one stage the first by name counts: without names, the first in the file. */
function withName<T extends MappingRow>(row: T, index: number): T {
  return { ...row, DeveloperName: row.DeveloperName ?? `Draft_${String(index + 1).padStart(5, '0')}` };
}
