import { sequence, type TypeTable } from './sequence.ts';

/*
 * Lightning web components and custom labels, in the order of the Metadata API's WSDL.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_lightningcomponentbundle.htm
 */
export const COMPONENT_TABLE: TypeTable = {
  types: {
    LightningComponentBundle: sequence(
      'fullName ai apiVersion:double capabilities:Capabilities description isExplicitImport:boolean isExposed:boolean',
      'lwcResources:LwcResources masterLabel runtimeNamespace targetConfigs:TargetConfigs targets:Targets',
    ),
    Targets: sequence('target*:ComponentTarget'),
    CustomLabels: sequence('fullName labels*:CustomLabel'),
    CustomLabel: sequence('fullName categories language!:Language protected!:boolean shortDescription! value!'),
  },
  enums: { Language: ['en_US'] },
};

/*
 * The configuration of a component in its own file: a deploy carries it as one value, so the WSDL does not know it.
 * https://developer.salesforce.com/docs/platform/lwc/guide/reference-configuration-tags.html
 */
export const COMPONENT_CONFIGURATION: TypeTable = {
  types: {
    TargetConfigs: sequence('targetConfig*:TargetConfig'),
    TargetConfig: sequence('objects:TargetObjects property*:ComponentProperty supportedFormFactors:FormFactors'),
    TargetObjects: sequence('object*'),
  },
  enums: {
    ComponentTarget: [
      'lightning__RecordPage',
      'lightning__AppPage',
      'lightning__HomePage',
      'lightning__RecordAction',
      'lightning__Tab',
    ],
  },
};
