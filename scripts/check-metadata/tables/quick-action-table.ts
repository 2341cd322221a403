import { sequence, type TypeTable } from './sequence.ts';

/*
 * Quick actions, in the order of the Metadata API's WSDL.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_quickaction.htm
 */
export const QUICK_ACTION_TABLE: TypeTable = {
  types: {
    QuickAction: sequence(
      'fullName actionSubtype:ActionSubtype canvas description fieldOverrides*:FieldOverride flowDefinition height:int',
      'icon isProtected:boolean label lightningComponent lightningWebComponent optionsCreateFeedItem!:boolean page',
      'quickActionLayout:QuickActionLayout quickActionSendEmailOptions:QuickActionSendEmailOptions',
      'standardLabel:QuickActionLabel successMessage targetObject targetParentField targetRecordType',
      'type!:QuickActionType width:int',
    ),
    FieldOverride: sequence('field! formula literalValue'),
    QuickActionLayout: sequence(
      'layoutSectionStyle!:LayoutSectionStyle quickActionLayoutColumns*:QuickActionLayoutColumn',
    ),
    QuickActionLayoutColumn: sequence('quickActionLayoutItems*:QuickActionLayoutItem'),
    QuickActionLayoutItem: sequence('emptySpace:boolean field uiBehavior:UiBehavior'),
  },
  enums: { QuickActionType: ['Update'] },
};
