import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const STAGE = 'main/default/layouts/OneSignal_Stage_Mapping__mdt-OneSignal Stage Mapping Layout.layout-meta.xml';
const ALL = 'main/default/objects/OneSignal_Tag_Mapping__mdt/listViews/All_Tag_Mappings.listView-meta.xml';
const ITEM = /<layoutItems>\s*<behavior>Required<\/behavior>\s*<field>Stage__c<\/field>\s*<\/layoutItems>/;

describe('layouts', () => {
  expectEachBreakToBeFound([
    inFile('layout', 'a field that is not there', STAGE, '>Message_Channel__c<', '>Channel__c<'),
    inFile('layout', 'a field that is missing', STAGE, ITEM, ''),
    inFile('layout', 'a field that is there twice', STAGE, '>Message_Channel__c<', '>Custom_Event_Name__c<'),
    inFile(
      'layout',
      'a required field that is not asked for',
      STAGE,
      'Required</behavior>\n                <field>Stage',
      'Edit</behavior>\n                <field>Stage',
    ),
    inFile(
      'layout',
      'a name of the row that may be left out',
      STAGE,
      'Required</behavior>\n                <field>MasterLabel',
      'Edit</behavior>\n                <field>MasterLabel',
    ),
    inFile('xml-value', 'a behaviour that there is not', STAGE, '<behavior>Edit', '<behavior>Hidden'),
    inFile('xml-missing', 'a section without a style', STAGE, /<style>.*<\/style>/, ''),
    inFile('list-view', 'a column of a standard object on a metadata type', ALL, '>MasterLabel<', '>FULL_NAME<'),
  ]);
});
