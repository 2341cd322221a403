import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const MAIN = 'main/default';
const BEFORE_SAVE = `${MAIN}/flows/OneSignal_Lead_Before_Save.flow-meta.xml`;
const AFTER_SAVE = `${MAIN}/flows/OneSignal_Lead_After_Save.flow-meta.xml`;
const BEFORE_DELETE = `${MAIN}/flows/OneSignal_Lead_Before_Delete.flow-meta.xml`;
const EXAMPLE_FLOW = 'examples/flows/OneSignal_Example_Contact_Stage_From_Opportunity.flow-meta.xml';

describe('flows', () => {
  expectEachBreakToBeFound([
    inFile('contract', 'a change type that nobody knows', AFTER_SAVE, '>Converted<', '>Convert<'),
    inFile('contract', 'an event about another object', AFTER_SAVE, 'stringValue>Lead<', 'stringValue>Contact<'),
    inFile('flow-trigger', 'an order out of range', AFTER_SAVE, '>1900<', '>2001<'),

    inFile(
      'flow-value',
      'a picklist value that is not there',
      EXAMPLE_FLOW,
      /(NotEqualTo[\s\S]*?)Customer/,
      '$1Client',
    ),
    inFile('flow-condition', 'logic that counts too far', AFTER_SAVE, 'Logic>or<', 'Logic>1 OR 3<'),
    inFile(
      'flow-condition',
      'a change asked of a variable',
      AFTER_SAVE,
      /Is_New(<.*\s*<operator>)EqualTo/,
      'Is_New$1IsChanged',
    ),
    inFile(
      'flow-condition',
      'a question answered with a text',
      BEFORE_DELETE,
      /booleanValue>false<\/booleanValue/,
      'stringValue>no</stringValue',
    ),
    inFile(
      'flow-condition',
      'a permission compared with a text',
      BEFORE_SAVE,
      /booleanValue>true<\/booleanValue/,
      'stringValue>yes</stringValue',
    ),
    inFile('flow-connector', 'a connector to nowhere', AFTER_SAVE, 'nce>Set_Created<', 'nce>Set_Creation<'),
    inFile('flow-name', 'two elements of one name', AFTER_SAVE, 'name>New_Record<', 'name>Stage_Changed<'),
    inFile(
      'flow-object',
      'an object that is not there',
      AFTER_SAVE,
      'OneSignal_Stage_Change__e<',
      'OneSignal_Stage_Move__e<',
    ),
    inFile('flow-field', 'a field that the event does not have', AFTER_SAVE, '<field>Stage__c<', '<field>Staging__c<'),
    inFile(
      'flow-field',
      'a field that the entry condition misspells',
      BEFORE_DELETE,
      '<field>Status<',
      '<field>State<',
    ),
    inFile('flow-field', 'a queried field that is not there', EXAMPLE_FLOW, 's>ContactId<', 's>Contact_Id<'),
    inFile(
      'flow-reference',
      'a custom permission that is not there',
      AFTER_SAVE,
      'OneSignal_Bypass<',
      'OneSignal_Skip<',
    ),
    inFile('flow-reference', 'a setting that is not there', AFTER_SAVE, 'Is_Paused__c', 'Is_Stopped__c'),
    inFile('flow-reference', 'a variable that is not there', AFTER_SAVE, 'nce>Change_Type<', 'nce>Change_Kind<'),
    inFile(
      'flow-assignment',
      'a formula field that is written',
      BEFORE_SAVE,
      '.OneSignal_Id__c<',
      '.OneSignal_Sync_State__c<',
    ),
    inFile(
      'flow-value',
      'a text where a time belongs',
      BEFORE_SAVE,
      /(Synced_At__c<[\s\S]*?)Blank_Date_Time/,
      '$1Blank_Text',
    ),
    inFile(
      'flow-start',
      'a permission in the entry condition',
      BEFORE_DELETE,
      '<filterLogic>and</filterLogic>',
      '<filterFormula>{!$Permission.OneSignal_Bypass}</filterFormula><filterLogic>and</filterLogic>',
    ),
    inFile('flow-trigger', 'a flow that is not active', AFTER_SAVE, '>Active<', '>Draft<'),
    inFile('flow-trigger', 'a flow of another API version', AFTER_SAVE, '>67.0<', '>66.0<'),
    inFile('flow-trigger', 'a delete flow that runs on updates', BEFORE_DELETE, '>Delete<', '>Update<'),
    inFile(
      'flow-trigger',
      'a flow that runs on every save',
      EXAMPLE_FLOW,
      /<filterFormula>[\s\S]*<\/filterFormula>/,
      '',
    ),
    inFile('flow-entry-condition', 'a stamp for another condition', BEFORE_SAVE, 'ISCHANGED({!$Record.Email}),', ''),
  ]);
});
