import { sequence, type TypeTable } from './sequence.ts';

/*
 * Channels of platform events and what is on them, in the order of the Metadata API's WSDL.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_platformeventchannel.htm
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_platformeventchannelmember.htm
 */
export const EVENT_CHANNEL_TABLE: TypeTable = {
  types: {
    PlatformEventChannel: sequence(
      'fullName channelType!:PlatformEventChannelType eventType:PlatformEventChannelEventType label!',
    ),
    PlatformEventChannelMember: sequence(
      'fullName enrichedFields*:EnrichedField eventChannel! filterExpression selectedEntity!',
    ),
    EnrichedField: sequence('name!'),
  },
  enums: {
    PlatformEventChannelType: ['event', 'data'],
    PlatformEventChannelEventType: ['custom', 'standard', 'monitoring', 'data'],
  },
};

/**
 * What a filter may compare with; text alone takes LIKE.
 * https://developer.salesforce.com/docs/platform/platform-events/guide/platform-events-filter-expression-format.html
 */
export const FILTER_OPERATORS = ['=', '!=', '>', '<', '>=', '<=', 'LIKE', 'IN', 'NOT IN'];

/** Filters came with this version: https://developer.salesforce.com/docs/platform/platform-events/guide/platform-events-filter-metadata-api-add-filter.html */
export const FIRST_VERSION_WITH_FILTERS = 56;
