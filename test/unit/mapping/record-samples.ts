import { type Mapping, readMapping } from '../../../relay/mapping/mapping-rows.ts';
import type { Member } from '../../../relay/mapping/primary.ts';
import type { RecordStatus, Snapshot } from '../../../relay/mapping/record.ts';
import { readSettings, type Settings, type SettingsRow } from '../../../relay/mapping/settings.ts';

export const LEAD_ID = '00Q000000000001EAA';
export const CONTACT_ID = '003000000000001AAA';

const UNTOUCHED: RecordStatus = {
  answeredAt: null,
  status: null,
  reason: null,
  detail: null,
  syncedStage: null,
  syncedAt: null,
  onesignalId: null,
};

type Given = Partial<Omit<Snapshot, 'status'>> & { status?: Partial<RecordStatus> };

export function lead(given: Given = {}): Snapshot {
  const { status, ...rest } = given;
  return {
    id: LEAD_ID,
    object: 'Lead',
    stage: 'Working',
    externalId: null,
    stageChangedAt: '2026-11-24T10:00:00.000+0000',
    requestedAt: '2026-11-24T10:00:00.000+0000',
    isConverted: false,
    convertedContactId: null,
    convertedAt: null,
    isDeleted: false,
    systemModstamp: '2026-11-24T10:00:01.000+0000',
    fields: {},
    ...rest,
    status: { ...UNTOUCHED, ...status },
  };
}

export function contact(given: Given = {}): Snapshot {
  return { ...lead({ id: CONTACT_ID, ...given }), object: 'Contact' };
}

/** A lead that was won: its contact has the id `CONTACT_ID` unless another is given. */
export function convertedLead(given: Given = {}): Snapshot {
  return lead({
    stage: 'Closed - Converted',
    isConverted: true,
    convertedContactId: CONTACT_ID,
    convertedAt: '2026-11-24',
    ...given,
  });
}

export function member(snapshot: Snapshot, hint: Member['hint'] = undefined): Member {
  return { snapshot, hint };
}

export function settings(row: SettingsRow = {}): Settings {
  return readSettings(row).settings;
}

export interface Rows {
  stages?: readonly Record<string, unknown>[];
  tags?: readonly Record<string, unknown>[];
}

/** Reads rows that are active, named in their order, and may name any text field. */
export function mappingOf({ stages = [], tags = [] }: Rows = {}, given: Settings = settings()): Mapping {
  const named = (rows: readonly Record<string, unknown>[]) =>
    rows.map((row, index) => ({ DeveloperName: `Row_${String(index).padStart(3, '0')}`, Is_Active__c: true, ...row }));
  return readMapping({ stages: named(stages), tags: named(tags) }, given, () => 'string', 'UTC').mapping;
}

export function stageRow(stage: string, lifecycleStage: string, object = 'Lead') {
  return { Object_Name__c: object, Stage__c: stage, Lifecycle_Stage__c: lifecycleStage };
}

export function tagRow(field: string, tag: string, given: Record<string, unknown> = {}) {
  return { Object_Name__c: 'Lead', Field__c: field, Kind__c: 'Tag', Tag__c: tag, ...given };
}
