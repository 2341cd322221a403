import { DEFAULT_SETTINGS, readSettings } from '../../../relay/mapping/settings.ts';

test('without a row, and with a blank one, the defaults of the contract count without a warning', () => {
  const blank = { Is_Paused__c: false, Stage_Tag__c: null, Max_Tags__c: null, Unmapped_Stage__c: '  ' };
  for (const row of [undefined, {}, blank])
    expect(readSettings(row)).toEqual({ settings: DEFAULT_SETTINGS, warnings: [] });
  expect(DEFAULT_SETTINGS).toEqual({
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
  });
});

test('what the row says counts', () => {
  const row = {
    Is_Paused__c: true,
    Stage_Tag__c: ' stage ',
    Stage_Changed_At_Tag__c: 'stage_at',
    Unmapped_Stage__c: 'Skip',
    Missing_External_Id__c: 'Skip',
    Deleted_Record__c: 'DeleteUser',
    Max_Tags__c: 10,
    Sync_Email__c: true,
    Sync_Phone__c: true,
    Unsubscribe_Opts_Out__c: true,
  };
  expect(readSettings(row)).toEqual({
    settings: {
      isPaused: true,
      stageTag: 'stage',
      stageChangedAtTag: 'stage_at',
      unmappedStage: 'Skip',
      missingExternalId: 'Skip',
      deletedRecord: 'DeleteUser',
      maxTags: 10,
      syncEmail: true,
      syncPhone: true,
      unsubscribeOptsOut: true,
    },
    warnings: [],
  });
});

test.each([
  ['Unmapped_Stage__c', 'skip'],
  ['Missing_External_Id__c', 'UseRecordId'],
  ['Deleted_Record__c', 'Delete'],
  ['Max_Tags__c', 0],
  ['Max_Tags__c', 2.5],
  ['Max_Tags__c', 1_001],
  ['Max_Tags__c', '10'],
])('%s = %p counts as the default, with a warning that names the field', (field, value) => {
  const { settings, warnings } = readSettings({ [field]: value });
  expect(settings).toEqual(DEFAULT_SETTINGS);
  expect(warnings).toEqual([expect.stringContaining(field)]);
});

test.each(['Stage_Tag__c', 'Stage_Changed_At_Tag__c'])(
  '%s with a key that OneSignal reserves is warned of',
  (field) => {
    expect(readSettings({ [field]: 'journey' }).warnings).toEqual([expect.stringContaining('"journey"')]);
  },
);

test.each([
  [{ Stage_Tag__c: 'stage', Stage_Changed_At_Tag__c: 'stage' }],
  [{ Stage_Tag__c: 'sf_stage_at' }],
  [{ Stage_Changed_At_Tag__c: 'sf_stage' }],
])('one key for stage and time is warned of, and never lets the time take the place of the stage: %p', (row) => {
  const { settings, warnings } = readSettings(row);
  expect(settings.stageTag).toBe('Stage_Tag__c' in row ? row.Stage_Tag__c : 'sf_stage');
  expect(settings.stageChangedAtTag).not.toBe(settings.stageTag);
  expect(warnings).toEqual([expect.stringContaining('Stage_Changed_At_Tag__c')]);
});

test.each([
  ['Sync_Email__c', 'syncEmail'],
  ['Sync_Phone__c', 'syncPhone'],
  ['Unsubscribe_Opts_Out__c', 'unsubscribeOptsOut'],
] as const)('%s switches addresses on', (field, name) => {
  const { settings, warnings } = readSettings({ [field]: true });
  expect(settings).toEqual({ ...DEFAULT_SETTINGS, [name]: true });
  expect(warnings).toEqual([]);
});
