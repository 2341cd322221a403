import { sequence, type TypeTable } from './sequence.ts';

/*
 * Compact layouts, in the order of the Metadata API's WSDL.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_compactlayout.htm
 */
export const COMPACT_LAYOUT_TABLE: TypeTable = {
  types: { CompactLayout: sequence('fullName fields* label!') },
  enums: {},
};

/** The most fields of a compact layout: https://help.salesforce.com/s/articleView?id=platform.compact_layout_overview.htm */
export const MOST_FIELDS = 10;

/** Field types that no compact layout takes. */
export const NOT_ON_COMPACT_LAYOUTS: readonly string[] = ['TextArea', 'LongTextArea', 'Html', 'MultiselectPicklist'];
