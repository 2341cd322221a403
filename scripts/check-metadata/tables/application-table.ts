import { sequence, type TypeTable } from './sequence.ts';

/*
 * Lightning apps and tabs, in the order of the Metadata API's WSDL.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_customapplication.htm
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_tab.htm
 */
export const APPLICATION_TABLE: TypeTable = {
  types: {
    CustomApplication: sequence(
      'fullName actionOverrides*:AppActionOverride brand:AppBrand consoleConfig:ServiceCloudConsoleConfig',
      'defaultLandingTab description formFactors*:FormFactor isNavAutoTempTabsDisabled:boolean',
      'isNavPersonalizationDisabled:boolean isNavTabPersistenceDisabled:boolean isOmniPinnedViewEnabled:boolean',
      'isServiceCloudConsole:boolean label logo navType:NavType preferences:AppPreferences',
      'profileActionOverrides*:AppProfileActionOverride setupExperience subscriberTabs* tabs* uiBundle uiType:UiType',
      'utilityBar workspaceConfig:AppWorkspaceConfig',
    ),
    CustomTab: sequence(
      'fullName actionOverrides*:ActionOverride auraComponent customObject:boolean description flexiPage',
      'frameHeight:int hasSidebar:boolean icon label lwcComponent motif page scontrol splashPageLink url',
      'urlEncodingKey:Encoding',
    ),
  },
  enums: { FormFactor: ['Small', 'Medium', 'Large'], NavType: ['Standard'], UiType: ['Lightning'] },
};

/** Tabs of Salesforce itself that our app shows, as the sample of the type's page names them. */
export const STANDARD_TABS: readonly string[] = ['standard-Lead', 'standard-Contact', 'standard-report'];

/** What a tab can show; it shows one of them. */
export const TAB_CONTENTS: readonly string[] = [
  'auraComponent',
  'customObject',
  'flexiPage',
  'lwcComponent',
  'page',
  'scontrol',
  'url',
];

/** How an org writes a tab's icon: `Custom53: Bell`. */
export const MOTIF = /^Custom([1-9]\d?|100): \S.*$/;
