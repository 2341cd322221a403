import type { Mapping } from '../mapping/mapping-rows.ts';
import { OBJECT_NAMES, type ObjectName } from '../mapping/record.ts';
import type { Settings } from '../mapping/settings.ts';
import { type Finding, fail, pass, warn } from './check.ts';

/** Active values of the stage picklist, by object. */
export type StageValues = Readonly<Record<ObjectName, readonly string[]>>;

export function checkSettings(warnings: readonly string[]): Finding {
  if (warnings.length === 0) return pass('Every setting has a value that the relay knows.');
  return warn(`${warnings.join('; ')}.`, 'Correct them in Setup, Custom Settings, OneSignal Settings, Manage.');
}

export function checkKillSwitch({ isPaused }: Settings): Finding {
  if (!isPaused) return pass('The sync is not paused.');
  return warn('The sync is paused: nothing is sent and no status written.', 'Untick Is Paused in OneSignal Settings.');
}

export function checkMappingRows(warnings: readonly string[]): Finding {
  if (warnings.length === 0) return pass('Every active mapping row can be used.');
  return fail(`${warnings.join('; ')}.`, 'Correct these rows in Setup, Custom Metadata Types.');
}

/** Stages that no row names, and rows that name no stage. */
export function checkStages({ stages, hasStageRows }: Mapping, settings: Settings, values: StageValues): Finding {
  if (!hasStageRows) return pass('There are no stage mapping rows: every stage is sent as it is.');
  const unknown = listed((object) => [...stages[object].keys()].filter((stage) => !values[object].includes(stage)));
  if (unknown !== '') {
    return warn(
      `Stage mapping rows name stages that no picklist has: ${unknown}.`,
      'Correct the stage in these rows: it is the API name of the picklist value.',
    );
  }
  const unmapped = listed((object) => values[object].filter((stage) => !stages[object].has(stage)));
  if (unmapped === '') return pass('Every stage has a mapping row.');
  if (settings.unmappedStage === 'PassThrough')
    return pass(`No row names these, which are sent as they are: ${unmapped}.`);
  return warn(
    `No row names these, and unmapped stages are skipped: ${unmapped}.`,
    'Add stage mapping rows for them, or set Unmapped_Stage__c to PassThrough.',
  );
}

function listed(of: (object: ObjectName) => readonly string[]): string {
  return OBJECT_NAMES.flatMap((object) => of(object).map((stage) => `${object} “${stage}”`)).join(', ');
}

/** The stage, its time, and a tag for each row. */
export function checkTags({ fields }: Mapping, { maxTags, stageTag, stageChangedAtTag }: Settings): Finding {
  const tooMany = OBJECT_NAMES.flatMap((object) => {
    const ofRows = fields.filter((field) => field.object === object && field.kind === 'Tag').map(({ key }) => key);
    const left = [stageTag, stageChangedAtTag, ...ofRows].slice(maxTags);
    return left.length === 0 ? [] : [`${object}: ${left.join(', ')}`];
  });
  if (tooMany.length === 0) return pass(`No user gets more tags than Max_Tags__c allows (${maxTags}).`);
  return warn(
    `Max_Tags__c allows a user ${maxTags} tags; left out are: ${tooMany.join('; ')}.`,
    'Raise Max_Tags__c to what your OneSignal plan allows, or deactivate tag mapping rows.',
  );
}
