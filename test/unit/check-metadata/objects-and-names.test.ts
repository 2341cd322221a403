import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const MAIN = 'main/default';
const LEAD = `${MAIN}/objects/Lead/fields`;
const EVENT = `${MAIN}/objects/OneSignal_Stage_Change__e`;
const SETTINGS = `${MAIN}/objects/OneSignal_Settings__c`;
const STAGE_MAPPING = `${MAIN}/objects/OneSignal_Stage_Mapping__mdt`;
const AFTER_SAVE = `${MAIN}/flows/OneSignal_Lead_After_Save.flow-meta.xml`;
const BEFORE_DELETE = `${MAIN}/flows/OneSignal_Lead_Before_Delete.flow-meta.xml`;
const externalId = `${LEAD}/OneSignal_External_Id__c.field-meta.xml`;
const status = `${LEAD}/OneSignal_Sync_Status__c.field-meta.xml`;
const eventStage = `${EVENT}/fields/Stage__c.field-meta.xml`;
const maxTags = `${SETTINGS}/fields/Max_Tags__c.field-meta.xml`;
const mappingStage = `${STAGE_MAPPING}/fields/Stage__c.field-meta.xml`;

describe('names, texts, objects and fields', () => {
  expectEachBreakToBeFound([
    inFile('contract', 'a field of another length', eventStage, '<length>255<', '<length>100<'),
    inFile('contract', 'a status that the relay does not write', status, /Synced/g, 'Ignored'),
    inFile('field-shape', 'an event field as an external id', eventStage, '<externalId>false<', '<externalId>true<'),
    inFile('field-shape', 'a number with too many digits', maxTags, '<precision>4<', '<precision>19<'),

    inFile('text-length', 'a label that is too long', externalId, /<label>.*</, `<label>${'x'.repeat(41)}<`),
    inFile('text-length', 'a help text that is too long', externalId, /Text>.*<\/inl/, `Text>${'x'.repeat(511)}</inl`),
    inFile(
      'text-length',
      'a formula that is too long for a flow',
      AFTER_SAVE,
      'ISNEW()<',
      `ISNEW()${' '.repeat(3901)}<`,
    ),
    inFile('file-name', 'a file that holds another field', eventStage, 'Name>Stage__c<', 'Name>Stages__c<'),
    {
      rule: 'api-name',
      what: 'a name with two underscores in a row',
      file: `${MAIN}/flows/OneSignal__Copy.flow-meta.xml`,
      edit: (copy) => copy.move(BEFORE_DELETE, `${MAIN}/flows/OneSignal__Copy.flow-meta.xml`),
    },
    inFile('api-name', 'a flow element with a bad name', AFTER_SAVE, /Note_Fault/g, 'Note-Fault'),
    inFile(
      'object-shape',
      'an event that is published before the commit',
      `${EVENT}/OneSignal_Stage_Change__e.object-meta.xml`,
      'PublishAfterCommit',
      'PublishImmediately',
    ),
    inFile(
      'object-shape',
      'mapping rows that the relay cannot see',
      `${STAGE_MAPPING}/OneSignal_Stage_Mapping__mdt.object-meta.xml`,
      '>Public<',
      '>Protected<',
    ),
    inFile('event-field-type', 'a type that events do not have', eventStage, '>Text<', '>Phone<'),
    inFile('setting-field-type', 'a type that settings do not have', maxTags, '>Number<', '>AutoNumber<'),
    inFile('mapping-field-type', 'a type that mapping rows do not have', mappingStage, '>Text<', '>Html<'),
    inFile('field-shape', 'a text without a length', externalId, /<length>.*<\/length>/, ''),
    inFile('field-shape', 'a text that is too long', externalId, '<length>128<', '<length>256<'),
    inFile('field-shape', 'a picklist value twice', status, /Synced/g, 'Skipped'),
    inFile('field-shape', 'a mapping field without manageability', mappingStage, /<fieldMan.*>\n/, ''),
    inFile(
      'field-shape',
      'a checkbox without a default',
      `${SETTINGS}/fields/Is_Paused__c.field-meta.xml`,
      /<def.*>\n/,
      '',
    ),
    inFile('field-shape', 'a field that nobody explains', externalId, /<description>.*<\/description>/, ''),
  ]);
});
