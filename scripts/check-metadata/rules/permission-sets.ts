import { findField, isKnownObject } from '../field-lookup.ts';
import type { Finding } from '../finding.ts';
import { hasCustomPermission } from '../flow-model.ts';
import { filesOf, type MetadataFile, type MetadataPackage } from '../load-package.ts';
import { repeated } from '../repeated.ts';
import { USER_PERMISSIONS } from '../tables/standard-fields.ts';
import { childrenNamed, textOf, type XmlElement } from '../xml-element.ts';

/** Permission sets name what exists, only where a permission can be, and with what it depends on. */
export function checkPermissionSets(loaded: MetadataPackage): Finding[] {
  return filesOf(loaded, 'permissionset').flatMap((file) => [
    ...checkFieldPermissions(loaded, file),
    ...checkTargets(loaded, file),
    ...checkDependencies(file),
    ...checkDoubles(file),
  ]);
}

function checkFieldPermissions(loaded: MetadataPackage, file: MetadataFile): Finding[] {
  return childrenNamed(file.root, 'fieldPermissions').flatMap((permission) => {
    const [object = '', ...path] = (textOf(permission, 'field') ?? '').split('.');
    const name = path.join('.');
    const field = findField(loaded, object, name);
    const finding = (rule: string, message: string): Finding[] => [{ rule, file: file.path, message }];
    if (field === undefined) return finding('permission-target', `${object} has no field ${name}`);
    if (field.access !== 'grantable') {
      return finding('permission-field', `${object}.${name} is a ${field.access} field: it takes no permission`);
    }
    const editable = textOf(permission, 'editable') === 'true';
    if (editable && field.isFormula)
      return finding('permission-formula', `${object}.${name} is a formula: not editable`);
    if (editable && textOf(permission, 'readable') !== 'true') {
      return finding('permission-dependency', `${object}.${name} is editable but not readable`);
    }
    return [];
  });
}

function checkTargets(loaded: MetadataPackage, file: MetadataFile): Finding[] {
  const isSetting = (name: string): boolean =>
    textOf(loaded.objects.get(name)?.root, 'customSettingsType') !== undefined;
  const targets: [element: string, key: string, exists: (name: string) => boolean][] = [
    [
      'objectPermissions',
      'object',
      (name) => isKnownObject(loaded, name) && !name.endsWith('__mdt') && !isSetting(name),
    ],
    ['customPermissions', 'name', (name) => hasCustomPermission(loaded, name)],
    ['customMetadataTypeAccesses', 'name', (name) => name.endsWith('__mdt') && loaded.objects.has(name)],
    ['customSettingAccesses', 'name', isSetting],
    ['userPermissions', 'name', (name) => USER_PERMISSIONS.includes(name)],
    ['flowAccesses', 'flow', (name) => isShipped(loaded, 'flow', name)],
    ['applicationVisibilities', 'application', (name) => isShipped(loaded, 'app', name)],
    ['tabSettings', 'tab', (name) => isShipped(loaded, 'tab', name)],
  ];
  return targets.flatMap(([element, key, exists]) =>
    childrenNamed(file.root, element)
      .map((each) => textOf(each, key) ?? '')
      .filter((name) => !exists(name))
      .map((name) => ({ rule: 'permission-target', file: file.path, message: `<${element}>: there is no ${name}` })),
  );
}

function isShipped(loaded: MetadataPackage, suffix: string, name: string): boolean {
  return filesOf(loaded, suffix).some(({ fullName }) => fullName === name);
}

/** Each right on an object with the rights that it needs. https://help.salesforce.com/s/articleView?id=platform.users_profiles_object_perms.htm */
const NEEDS: Record<string, string[]> = {
  allowCreate: ['allowRead'],
  allowEdit: ['allowRead'],
  allowDelete: ['allowRead', 'allowEdit'],
  viewAllRecords: ['allowRead'],
  modifyAllRecords: ['allowRead', 'allowEdit', 'allowDelete', 'viewAllRecords'],
};
const EVENT_RIGHTS = ['allowRead', 'allowCreate'];

function checkDependencies(file: MetadataFile): Finding[] {
  const objects = childrenNamed(file.root, 'objectPermissions');
  const messages = objects.flatMap(missingRights);
  const reads = (object: string): boolean =>
    objects.some((each) => textOf(each, 'object') === object && textOf(each, 'allowRead') === 'true');
  if (reads('Contact') && !reads('Account')) messages.push('reading Contact needs Read on Account');
  const users = childrenNamed(file.root, 'userPermissions').map((each) => textOf(each, 'name'));
  if (users.includes('AllowViewEditConvertedLeads') && !reads('Lead')) {
    messages.push('AllowViewEditConvertedLeads needs Read on Lead');
  }
  return messages.map((message) => ({ rule: 'permission-dependency', file: file.path, message }));
}

function missingRights(permission: XmlElement): string[] {
  const object = textOf(permission, 'object') ?? '';
  const has = (right: string): boolean => textOf(permission, right) === 'true';
  const messages = Object.entries(NEEDS).flatMap(([right, needed]) =>
    has(right) ? needed.filter((each) => !has(each)).map((each) => `${right} on ${object} needs ${each}`) : [],
  );
  if (object.endsWith('__e')) {
    const tooMuch = Object.keys(NEEDS).filter((right) => has(right) && !EVENT_RIGHTS.includes(right));
    messages.push(...tooMuch.map((right) => `an event has no ${right}`));
  }
  return messages;
}

const DOUBLE_KEYS = ['field', 'object', 'name', 'flow', 'application', 'tab'];

function checkDoubles(file: MetadataFile): Finding[] {
  const names = file.root.children.flatMap((each) => {
    const name = DOUBLE_KEYS.map((key) => textOf(each, key)).find((text) => text !== undefined);
    return name === undefined ? [] : [`<${each.name}> ${name}`];
  });
  return repeated(names).map((name) => ({
    rule: 'permission-double',
    file: file.path,
    message: `${name} is there twice`,
  }));
}
