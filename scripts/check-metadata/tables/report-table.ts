import { sequence, type TypeTable } from './sequence.ts';

/*
 * Reports and their folders, in the order of the Metadata API's WSDL.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_report.htm
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_folder.htm
 */
export const REPORT_TABLE: TypeTable = {
  types: {
    Report: sequence(
      'fullName aggregateFilters*:ReportAggregateFilter aggregates*:ReportAggregate block*:Report',
      'blockInfo:ReportBlockInfo buckets*:ReportBucketField chart:ReportChart colorRanges*:ReportColorRange',
      'columns*:ReportColumn crossFilters*:ReportCrossFilter currency:CurrencyIsoCode',
      'customDetailFormulas*:ReportCustomDetailFormula dataCategoryFilters*:ReportDataCategoryFilter description',
      'division filter:ReportFilter folderName format!:ReportFormat formattingRules*:ReportFormattingRule',
      'groupingsAcross*:ReportGrouping groupingsDown*:ReportGrouping historicalSelector:ReportHistoricalSelector',
      'isSmartTotalDisabled:boolean name! numSubscriptions:int params*:ReportParam reportType! reportTypeApiName',
      'roleHierarchyFilter rowLimit:int scope showCommonRowsOnly:boolean showCurrentDate:boolean showDetails:boolean',
      'showGrandTotal:boolean showSubTotals:boolean sortColumn sortOrder:SortOrder territoryHierarchyFilter',
      'timeFrameFilter:ReportTimeFrameFilter userFilter',
    ),
    ReportColumn: sequence(
      'aggregateTypes*:ReportSummaryType field! isExtendedColumn:boolean reverseColors:boolean showChanges:boolean',
    ),
    ReportFilter: sequence('booleanFilter criteriaItems*:ReportFilterItem language:Language'),
    ReportFilterItem: sequence(
      'column! columnToColumn:boolean isUnlocked:boolean operator!:FilterOperation snapshot value',
    ),
    ReportGrouping: sequence(
      'aggregateType:ReportAggrType dateGranularity:UserDateGranularity field! hierarchyApiName sortByName',
      'sortOrder!:SortOrder sortType:ReportSortType',
    ),
    ReportParam: sequence('name! value!'),
    ReportTimeFrameFilter: sequence('dateColumn! endDate:date interval!:UserDateInterval startDate:date'),
    ReportFolder: sequence(
      'fullName accessType:FolderAccessTypes folderShares*:FolderShare name! publicFolderAccess:PublicFolderAccess',
      'sharedTo:SharedTo',
    ),
    FolderShare: sequence('accessLevel!:FolderShareAccessLevel sharedTo! sharedToType!:FolderSharedToType'),
  },
  enums: {
    ReportFormat: ['Summary', 'Tabular'],
    UserDateGranularity: ['None', 'Day', 'Week', 'Month', 'Quarter', 'Year'],
    // A custom span without a start and an end is all time.
    UserDateInterval: ['INTERVAL_CUSTOM'],
    FolderShareAccessLevel: ['View'],
    FolderSharedToType: ['Organization'],
  },
};

/** The most groupings of a summary report, as the page of the type says. */
export const MOST_GROUPINGS = 3;
