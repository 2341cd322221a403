import { APPLICATION_TABLE } from './application-table.ts';
import { COMPACT_LAYOUT_TABLE } from './compact-layout-table.ts';
import { COMPONENT_CONFIGURATION, COMPONENT_TABLE } from './component-table.ts';
import { EVENT_CHANNEL_TABLE } from './event-channel-table.ts';
import { FLOW_TABLE } from './flow-table.ts';
import { LAYOUT_TABLE } from './layout-table.ts';
import { LIST_VIEW_TABLE } from './list-view-table.ts';
import { OBJECT_TABLE } from './object-table.ts';
import { PERMISSION_SET_TABLE } from './permission-set-table.ts';
import { QUICK_ACTION_TABLE } from './quick-action-table.ts';
import { REPORT_TABLE } from './report-table.ts';
import { REPORT_TYPE_TABLE } from './report-type-table.ts';
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
  layout: 'Layout',
  js: 'LightningComponentBundle',
  labels: 'CustomLabels',
  quickAction: 'QuickAction',
  compactLayout: 'CompactLayout',
  reportType: 'ReportType',
  report: 'Report',
  reportFolder: 'ReportFolder',
  app: 'CustomApplication',
  tab: 'CustomTab',
  platformEventChannel: 'PlatformEventChannel',
  platformEventChannelMember: 'PlatformEventChannelMember',
};

/** What Salesforce's own description of the Metadata API has. */
export const WSDL_TABLE: TypeTable = joined([
  FLOW_TABLE,
  OBJECT_TABLE,
  PERMISSION_SET_TABLE,
  LIST_VIEW_TABLE,
  LAYOUT_TABLE,
  EVENT_CHANNEL_TABLE,
  COMPONENT_TABLE,
  QUICK_ACTION_TABLE,
  COMPACT_LAYOUT_TABLE,
  REPORT_TYPE_TABLE,
  REPORT_TABLE,
  APPLICATION_TABLE,
]);

/** Every type that the check knows. A new kind of metadata gets its table here. */
export const METADATA_TABLE: TypeTable = joined([WSDL_TABLE, COMPONENT_CONFIGURATION]);

function joined(tables: readonly TypeTable[]): TypeTable {
  return {
    types: Object.assign({}, ...tables.map(({ types }) => types)),
    enums: Object.assign({}, ...tables.map(({ enums }) => enums)),
  };
}
