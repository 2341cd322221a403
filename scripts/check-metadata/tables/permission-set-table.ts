import { sequence, type TypeTable } from './sequence.ts';

/*
 * Permission sets, in the order of the Metadata API's WSDL.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_permissionset.htm
 */
const ENABLED_NAME = sequence('enabled!:boolean name!');

export const PERMISSION_SET_TABLE: TypeTable = {
  types: {
    PermissionSet: sequence(
      'fullName agentAccesses*:PermissionSetAgentAccess applicationVisibilities*:PermissionSetApplicationVisibility',
      'classAccesses*:PermissionSetApexClassAccess customMetadataTypeAccesses*:PermissionSetCustomMetadataTypeAccess',
      'customPermissions*:PermissionSetCustomPermissions customSettingAccesses*:PermissionSetCustomSettingAccess',
      'description emailRoutingAddressAccesses*:PermissionSetEmailRoutingAddressAccess',
      'externalCredentialPrincipalAccesses*:PermissionSetExternalCredentialPrincipalAccess',
      'externalDataSourceAccesses*:PermissionSetExternalDataSourceAccess',
      'fieldPermissions*:PermissionSetFieldPermissions flowAccesses*:PermissionSetFlowAccess',
      'genComputingSummaryDefAccesses*:PermissionSetGenComputingSummaryDefAccess hasActivationRequired:boolean label!',
      'license objectPermissions*:PermissionSetObjectPermissions pageAccesses*:PermissionSetApexPageAccess',
      'recordTypeVisibilities*:PermissionSetRecordTypeVisibility',
      'servicePresenceStatusAccesses*:PermissionSetServicePresenceStatusAccess tabSettings*:PermissionSetTabSetting',
      'userPermissions*:PermissionSetUserPermission',
    ),
    PermissionSetApplicationVisibility: sequence('application! visible!:boolean'),
    PermissionSetCustomMetadataTypeAccess: ENABLED_NAME,
    PermissionSetCustomPermissions: ENABLED_NAME,
    PermissionSetCustomSettingAccess: ENABLED_NAME,
    PermissionSetFieldPermissions: sequence('editable!:boolean field! readable:boolean'),
    PermissionSetFlowAccess: sequence('enabled!:boolean flow!'),
    PermissionSetObjectPermissions: sequence(
      'allowCreate!:boolean allowDelete!:boolean allowEdit!:boolean allowRead!:boolean modifyAllRecords!:boolean object!',
      'viewAllFields:boolean viewAllRecords!:boolean',
    ),
    PermissionSetTabSetting: sequence('tab! visibility!:PermissionSetTabVisibility'),
    PermissionSetUserPermission: ENABLED_NAME,
  },
  enums: { PermissionSetTabVisibility: ['None', 'Available', 'Visible'] },
};
