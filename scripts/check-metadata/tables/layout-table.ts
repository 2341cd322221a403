import { sequence, type TypeTable } from './sequence.ts';

/*
 * Page layouts, in the order of the Metadata API's WSDL.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_layouts.htm
 */
export const LAYOUT_TABLE: TypeTable = {
  types: {
    Layout: sequence(
      'fullName customButtons* customConsoleComponents:CustomConsoleComponents emailDefault:boolean excludeButtons*',
      'feedLayout:FeedLayout headers*:LayoutHeader layoutSections*:LayoutSection miniLayout:MiniLayout',
      'multilineLayoutFields* platformActionList:PlatformActionList quickActionList:QuickActionList',
      'relatedContent:RelatedContent relatedLists*:RelatedListItem relatedObjects* runAssignmentRulesDefault:boolean',
      'showEmailCheckbox:boolean showHighlightsPanel:boolean showInteractionLogPanel:boolean',
      'showKnowledgeComponent:boolean showRunAssignmentRulesCheckbox:boolean showSolutionSection:boolean',
      'showSubmitAndAttachButton:boolean summaryLayout:SummaryLayout',
    ),
    LayoutSection: sequence(
      'customLabel:boolean detailHeading:boolean editHeading:boolean label layoutColumns*:LayoutColumn',
      'style!:LayoutSectionStyle',
    ),
    LayoutColumn: sequence('layoutItems*:LayoutItem reserved'),
    LayoutItem: sequence(
      'analyticsCloudComponent:AnalyticsCloudComponentLayoutItem behavior:UiBehavior canvas component customLink',
      'emptySpace:boolean field height:int page reportChartComponent:ReportChartComponentLayoutItem scontrol',
      'showLabel:boolean showScrollbars:boolean width',
    ),
  },
  enums: {
    LayoutSectionStyle: ['TwoColumnsTopToBottom', 'TwoColumnsLeftToRight', 'OneColumn', 'CustomLinks'],
    UiBehavior: ['Edit', 'Required', 'Readonly'],
  },
};

/** Fields that every custom metadata type has, and how they must be on its layouts. */
export const METADATA_TYPE_FIELDS: Readonly<Record<string, string>> = {
  MasterLabel: 'Required',
  DeveloperName: 'Required',
  IsProtected: 'Required',
  CreatedById: 'Readonly',
  LastModifiedById: 'Readonly',
};
