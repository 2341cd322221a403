import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Schema } from './schema.ts';
import { fieldOf } from './schema.ts';
import type { XmlNode } from './xml.ts';
import { MetadataError, readMetadata } from './xml.ts';

export interface ObjectRights {
  create: boolean;
  read: boolean;
  edit: boolean;
  delete: boolean;
  viewAll: boolean;
  modifyAll: boolean;
}

/** What one permission set grants. Field keys are `object.permissionname`, in lower case. */
export interface PermissionSet {
  name: string;
  objects: Map<string, ObjectRights>;
  readable: Set<string>;
  editable: Set<string>;
  customPermissions: Set<string>;
  userPermissions: Set<string>;
  /** Custom metadata types and custom settings, lower case. */
  setupTypes: Set<string>;
}

export function loadCustomPermissions(schema: Schema, packageDir: string): void {
  const folder = join(packageDir, 'customPermissions');
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder)) {
    schema.customPermissions.add(file.replace('.customPermission-meta.xml', ''));
  }
}

/** Reads the permission sets; a grant that a deploy would refuse fails here too. */
export function loadPermissionSets(schema: Schema, packageDir: string, label: string): PermissionSet[] {
  const folder = join(packageDir, 'permissionsets');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const where = `${label}/permissionsets/${file}`;
      const node = readMetadata(join(folder, file), 'PermissionSet', where);
      return permissionSet(schema, file.replace('.permissionset-meta.xml', ''), node);
    });
}

function permissionSet(schema: Schema, name: string, node: XmlNode): PermissionSet {
  node.allowOnly([
    ...['customMetadataTypeAccesses', 'customPermissions', 'customSettingAccesses', 'description', 'fieldPermissions'],
    ...['hasActivationRequired', 'label', 'license', 'objectPermissions', 'userPermissions', 'tabSettings'],
    ...['classAccesses', 'pageAccesses', 'applicationVisibilities', 'flowAccesses'],
  ]);
  const set: PermissionSet = {
    name,
    objects: new Map(),
    readable: new Set(),
    editable: new Set(),
    customPermissions: new Set(),
    userPermissions: new Set(),
    setupTypes: new Set(),
  };
  for (const grant of enabled(node, 'customPermissions')) {
    if (!schema.customPermissions.has(grant)) throw new MetadataError(node.where, `no custom permission ${grant}`);
    set.customPermissions.add(grant);
  }
  for (const grant of [...enabled(node, 'customMetadataTypeAccesses'), ...enabled(node, 'customSettingAccesses')]) {
    if (!schema.object(grant)) throw new MetadataError(node.where, `no object ${grant}`);
    set.setupTypes.add(grant.toLowerCase());
  }
  for (const grant of enabled(node, 'userPermissions')) set.userPermissions.add(grant);
  for (const grant of node.nodes('objectPermissions')) addObject(schema, set, grant);
  for (const grant of node.nodes('fieldPermissions')) addField(schema, set, grant);
  return set;
}

function enabled(node: XmlNode, element: string): string[] {
  return node
    .nodes(element)
    .filter((grant) => grant.allowOnly(['enabled', 'name']).flag('enabled'))
    .map((grant) => grant.text('name'));
}

function addObject(schema: Schema, set: PermissionSet, node: XmlNode): void {
  const object = schema.object(node.text('object'));
  if (!object) throw new MetadataError(node.where, `no object ${node.text('object')}`);
  const rights: ObjectRights = {
    create: node.flag('allowCreate'),
    read: node.flag('allowRead'),
    edit: node.flag('allowEdit'),
    delete: node.flag('allowDelete'),
    viewAll: node.flag('viewAllRecords'),
    modifyAll: node.flag('modifyAllRecords'),
  };
  const wrong =
    ((rights.create || rights.edit || rights.viewAll) && !rights.read) ||
    (rights.delete && !rights.edit) ||
    (rights.modifyAll && !(rights.viewAll && rights.edit && rights.delete));
  if (wrong) throw new MetadataError(`${node.where} ${object.name}`, 'a permission lacks one that it depends on');
  set.objects.set(object.name.toLowerCase(), rights);
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_permissionset.htm */
function addField(schema: Schema, set: PermissionSet, node: XmlNode): void {
  const path = node.allowOnly(['editable', 'field', 'readable']).text('field');
  const [objectName = '', fieldName = ''] = path.split('.');
  const object = schema.object(objectName);
  const grantable = [...(object?.fields.values() ?? [])].some(
    (field) => field.permissionName?.toLowerCase() === fieldName.toLowerCase(),
  );
  if (!object || !grantable) {
    const known = object && fieldOf(object, fieldName);
    throw new MetadataError(node.where, known ? `${path} can't carry field permissions` : `no field ${path}`);
  }
  const editable = node.flag('editable');
  if (editable && fieldOf(object, fieldName)?.formula) {
    throw new MetadataError(node.where, `${path} is a formula and can't be editable`);
  }
  if (editable && !node.flag('readable')) throw new MetadataError(node.where, `${path} is editable but not readable`);
  if (node.flag('readable')) set.readable.add(path.toLowerCase());
  if (editable) set.editable.add(path.toLowerCase());
}
