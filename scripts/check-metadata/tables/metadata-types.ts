import { FLOW_TABLE } from './flow-table.ts';
import { LIST_VIEW_TABLE } from './list-view-table.ts';
import { OBJECT_TABLE } from './object-table.ts';
import { PERMISSION_SET_TABLE } from './permission-set-table.ts';
import type { TypeTable } from './sequence.ts';

/** Which root element a file name promises, by the suffix before `-meta.xml`. */
export const ROOT_BY_SUFFIX: Record<string, string> = {
  object: 'CustomObject',
  field: 'CustomField',
  flow: 'Flow',
  permissionset: 'PermissionSet',
  customPermission: 'CustomPermission',
  md: 'CustomMetadata',
  listView: 'ListView',
};

/** Every type that the check knows. A new kind of metadata gets its table here. */
export const METADATA_TABLE: TypeTable = {
  types: { ...FLOW_TABLE.types, ...OBJECT_TABLE.types, ...PERMISSION_SET_TABLE.types, ...LIST_VIEW_TABLE.types },
  enums: { ...FLOW_TABLE.enums, ...OBJECT_TABLE.enums, ...PERMISSION_SET_TABLE.enums, ...LIST_VIEW_TABLE.enums },
};
