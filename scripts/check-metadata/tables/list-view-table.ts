import { sequence, type TypeTable } from './sequence.ts';

/*
 * List views, in the order of the Metadata API's WSDL.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_listview.htm
 */
export const LIST_VIEW_TABLE: TypeTable = {
  types: {
    ListView: sequence(
      'fullName booleanFilter columns* division filterScope!:FilterScope filters*:ListViewFilter label! language:Language',
      'queue sharedTo:SharedTo',
    ),
    ListViewFilter: sequence('field! operation!:FilterOperation value'),
  },
  enums: {
    FilterScope: ['Everything', 'Mine'],
    FilterOperation: [
      'equals',
      'notEqual',
      'lessThan',
      'greaterThan',
      'contains',
      'notContain',
      'startsWith',
      'includes',
    ],
  },
};

/**
 * Columns that a list view of a standard object calls by a name of its own, and that are the same on both of ours.
 * Others are left out: they differ by object, and a wrong one fails the whole deploy.
 */
export const STANDARD_COLUMNS = ['FULL_NAME', 'CORE.USERS.ALIAS'];

/** Of every custom metadata type. */
export const METADATA_TYPE_COLUMNS = ['MasterLabel', 'DeveloperName'];

/** The most columns that a list view shows: https://help.salesforce.com/s/articleView?id=sf.customviews_lex.htm */
export const MOST_COLUMNS = 15;
