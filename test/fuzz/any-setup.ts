import { type Mapping, type MappingRow, readMapping } from '../../relay/mapping/mapping-rows.ts';
import { readSettings, type Settings } from '../../relay/mapping/settings.ts';
import type { Chance } from './chance.ts';
import { mutated, nastyText } from './hostile.ts';
import { MARK } from './marks.ts';

/** What the org describes, by type. */
export const FIELDS: ReadonlyMap<string, string> = new Map([
  ['Industry', 'picklist'],
  ['Company', 'string'],
  ['Email', 'email'],
  ['NumberOfEmployees', 'int'],
  ['Birthdate', 'date'],
  ['LastActivityAt__c', 'datetime'],
  ['Agrees__c', 'boolean'],
  ['HasOptedOutOfEmail', 'boolean'],
  ['Interests__c', 'multipicklist'],
  ['Address', 'address'],
  ['Account.Industry', 'picklist'],
]);

/** What an admin writes is nobody's secret: sentences name it. */
function unmarked(value: unknown): unknown {
  return JSON.parse((JSON.stringify(value) ?? 'null').replaceAll(MARK, 'admin'));
}

export interface AnySetup {
  settings: Settings;
  mapping: Mapping;
  rows: { stages: MappingRow[]; tags: MappingRow[] };
  warnings: string[];
}

/** Settings and mapping rows of an admin who knows what it is about, of one who does not, and of a script gone wrong. */
export function anySetup(chance: Chance): AnySetup {
  const tagKey = () => chance.oneOf(['industry', 'sf_stage', 'user', 'score', 'city', nastyText(chance)]);
  const setting = unmarked(
    mutated(
      {
        Stage_Tag__c: chance.oneOf([null, 'sf_stage', tagKey()]),
        Stage_Changed_At_Tag__c: chance.oneOf([null, 'sf_stage', tagKey()]),
        Unmapped_Stage__c: chance.oneOf([null, 'PassThrough', 'Skip', nastyText(chance)]),
        Missing_External_Id__c: chance.oneOf([null, 'UseSalesforceId', 'Skip', nastyText(chance)]),
        Deleted_Record__c: chance.oneOf([null, 'ClearTags', 'Keep', 'DeleteUser', nastyText(chance)]),
        Max_Tags__c: chance.oneOf([null, 1, 2, 5, 100, -1, 0.5, 1e9]),
        Sync_Email__c: chance.happens(0.5),
        Sync_Phone__c: chance.happens(0.5),
      },
      chance,
      0.03,
    ),
  );
  const named = { Is_Active__c: true, Object_Name__c: chance.oneOf(['Lead', 'Contact', nastyText(chance)]) };
  const stageRow = () => ({
    ...named,
    DeveloperName: `S${chance.upTo(50)}`,
    Object_Name__c: chance.oneOf(['Lead', 'Contact', nastyText(chance)]),
    Stage__c: chance.oneOf(['New', 'Working', nastyText(chance)]),
    Lifecycle_Stage__c: chance.oneOf(['lead', 'mql', nastyText(chance)]),
    Custom_Event_Name__c: chance.oneOf([null, 'became_mql', 'os.mine', nastyText(chance)]),
    Message_Template_Id__c: chance.oneOf([null, '6c6e0a2e-0b9f-4a55-8d4b-0f0f3f3c1a11', nastyText(chance)]),
    Message_Channel__c: chance.oneOf([null, 'push', 'email', 'sms', nastyText(chance)]),
  });
  const tagRow = () => ({
    ...named,
    DeveloperName: `T${chance.upTo(50)}`,
    Field__c: chance.oneOf([...FIELDS.keys(), 'Nothing__c', 'Account.Owner.Name', nastyText(chance)]),
    Kind__c: chance.oneOf(['Tag', 'Tag', 'Alias', 'EmailConsent', 'PhoneConsent', nastyText(chance)]),
    Tag__c: tagKey(),
    Transform__c: chance.oneOf([
      null,
      'text',
      'number',
      'boolean',
      'unix_seconds',
      'lowercase',
      'slug',
      nastyText(chance),
    ]),
    Order__c: chance.oneOf([null, 1, 2, -1, 'x']),
  });
  const rowsOf = (make: () => object) =>
    chance
      .some(6, () => unmarked(mutated(make(), chance, 0.02)))
      .filter((row) => typeof row === 'object' && row !== null && !Array.isArray(row)) as MappingRow[];
  const rows = { stages: rowsOf(stageRow), tags: rowsOf(tagRow) };
  const isRow = typeof setting === 'object' && setting !== null;
  const { settings, warnings } = readSettings(isRow ? (setting as MappingRow) : undefined);
  const read = readMapping(rows, settings, (_object, field) => FIELDS.get(field), 'America/Los_Angeles');
  return { settings, mapping: read.mapping, rows, warnings: [...warnings, ...read.warnings] };
}
