import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const FAILED = 'main/default/objects/Lead/listViews/OneSignal_Failed.listView-meta.xml';
const OVERDUE = 'main/default/objects/Contact/listViews/OneSignal_Overdue.listView-meta.xml';

describe('list views', () => {
  expectEachBreakToBeFound([
    inFile('list-view', 'a column that is not there', FAILED, '>OneSignal_Sync_Reason__c<', '>OneSignal_Reason__c<'),
    inFile('list-view', 'a column by the API name of a standard field', FAILED, '>FULL_NAME<', '>Name<'),
    inFile(
      'list-view',
      'a column that is there twice',
      FAILED,
      '>OneSignal_Sync_Reason__c<',
      '>OneSignal_Sync_State__c<',
    ),
    inFile(
      'list-view',
      'a filter by a field that is not there',
      FAILED,
      '<field>OneSignal_Sync',
      '<field>OneSignal_Snyc',
    ),
    inFile('list-view', 'a value that the picklist never has', FAILED, '>Failed</value>', '>Broken</value>'),
    inFile('list-view', 'a checkbox that is neither ticked nor not', OVERDUE, '<value>1<', '<value>true<'),
    inFile('xml-value', 'a scope that there is not', FAILED, '>Everything<', '>Everybody<'),
    inFile('xml-order', 'a scope after the filter', FAILED, /(<filterScope>.*<\/filterScope>)(.*<\/filters>)/s, '$2$1'),
    inFile('text-length', 'a label that is too long', FAILED, '>OneSignal: Failed<', `>${'x'.repeat(41)}<`),
  ]);
});
