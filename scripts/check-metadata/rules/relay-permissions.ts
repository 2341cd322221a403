import { RELAY_FIELDS } from '../../../relay/config/salesforce-fields.ts';
import { findField } from '../field-lookup.ts';
import type { Finding } from '../finding.ts';
import { filesOf, type MetadataFile, type MetadataPackage } from '../load-package.ts';
import { childrenNamed, textOf } from '../xml-element.ts';

const RELAY = 'OneSignal_Relay';

/** What the relay needs besides fields: exactly this, and nothing else. */
const OBJECTS: Record<string, string[]> = {
  // View All and Modify All, because a row hidden by sharing must not look deleted; the rest is what these depend on.
  Lead: ['allowRead', 'allowEdit', 'allowDelete', 'viewAllRecords', 'modifyAllRecords'],
  Contact: ['allowRead', 'allowEdit', 'allowDelete', 'viewAllRecords', 'modifyAllRecords'],
  Account: ['allowRead'],
  OneSignal_Stage_Change__e: ['allowRead'],
};
const NAMED: Record<string, string[]> = {
  customMetadataTypeAccesses: ['OneSignal_Package__mdt', 'OneSignal_Stage_Mapping__mdt', 'OneSignal_Tag_Mapping__mdt'],
  customPermissions: ['OneSignal_Bypass'],
  customSettingAccesses: ['OneSignal_Settings__c'],
  userPermissions: ['AllowViewEditConvertedLeads', 'ApiEnabled'],
};
const RIGHTS = [
  'allowCreate',
  'allowDelete',
  'allowEdit',
  'allowRead',
  'modifyAllRecords',
  'viewAllFields',
  'viewAllRecords',
];

/** The permission set of the relay grants every field that the relay reads or writes, what else it needs, and no more. */
export function checkRelayPermissions(loaded: MetadataPackage): Finding[] {
  const file = filesOf(loaded, 'permissionset').find((each) => each.fullName === RELAY);
  if (file === undefined) {
    return [{ rule: 'relay-grant', file: `permissionsets/${RELAY}`, message: 'the permission set is missing' }];
  }
  const granted = grantsOf(file);
  const { wanted, unknown } = wantedGrants(loaded);
  return [
    ...unknown.map((name) => ({
      rule: 'relay-field',
      file: file.path,
      message: `the relay names ${name}, which is not there`,
    })),
    ...wanted
      .filter((grant) => !granted.includes(grant))
      .map((grant) => ({ rule: 'relay-grant', file: file.path, message: `does not grant: ${grant}` })),
    ...granted
      .filter((grant) => !wanted.includes(grant))
      .map((grant) => ({
        rule: 'relay-extra',
        file: file.path,
        message: `grants more than the relay needs: ${grant}`,
      })),
  ];
}

function wantedGrants(loaded: MetadataPackage): { wanted: string[]; unknown: string[] } {
  const wanted = [
    ...Object.entries(OBJECTS).flatMap(([object, rights]) => rights.map((right) => `${right} ${object}`)),
    ...Object.entries(NAMED).flatMap(([element, names]) => names.map((name) => `${element} ${name}`)),
  ];
  const unknown: string[] = [];
  for (const [object, { read, write }] of Object.entries(RELAY_FIELDS)) {
    for (const name of new Set([...read, ...write])) {
      const field = findField(loaded, object, name);
      if (field === undefined) unknown.push(`${object}.${name}`);
      if (field?.access !== 'grantable') continue;
      wanted.push(`read ${object}.${name}`);
      if (write.includes(name) && !field.isFormula) wanted.push(`edit ${object}.${name}`);
    }
  }
  return { wanted, unknown };
}

function grantsOf(file: MetadataFile): string[] {
  const isOn = (text: string | undefined): boolean => text === 'true';
  return [
    ...childrenNamed(file.root, 'objectPermissions').flatMap((each) =>
      RIGHTS.filter((right) => isOn(textOf(each, right))).map((right) => `${right} ${textOf(each, 'object')}`),
    ),
    ...childrenNamed(file.root, 'fieldPermissions').flatMap((each) => [
      ...(isOn(textOf(each, 'readable')) ? [`read ${textOf(each, 'field')}`] : []),
      ...(isOn(textOf(each, 'editable')) ? [`edit ${textOf(each, 'field')}`] : []),
    ]),
    ...childrenNamed(file.root, 'applicationVisibilities').map((each) => `app ${textOf(each, 'application')}`),
    ...childrenNamed(file.root, 'tabSettings').map((each) => `tab ${textOf(each, 'tab')}`),
    ...file.root.children
      .filter((each) => isOn(textOf(each, 'enabled')))
      .map((each) => `${each.name} ${textOf(each, 'name') ?? textOf(each, 'flow')}`),
  ];
}
