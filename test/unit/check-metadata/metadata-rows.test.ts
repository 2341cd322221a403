import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const ROW = 'examples/customMetadata/OneSignal_Stage_Mapping.Lead_Closed_Converted.md-meta.xml';
const TAG_ROW = 'examples/customMetadata/OneSignal_Tag_Mapping.Contact_Account_Industry.md-meta.xml';

describe('mapping rows', () => {
  expectEachBreakToBeFound([
    inFile('metadata-row', 'a value outside of the picklist', ROW, '>Lead<', '>Leads<'),
    inFile('metadata-row', 'a field that the type does not have', ROW, 'Lifecycle_Stage__c', 'Life_Stage__c'),
    inFile('metadata-row', 'a value of the wrong type', ROW, 'xsd:boolean', 'xsd:string'),
    inFile('metadata-row', 'a mapped field that is not there', TAG_ROW, '>Account.Industry<', '>Account.Industries<'),
    inFile(
      'metadata-row',
      'a stage that two rows map',
      'examples/customMetadata/OneSignal_Stage_Mapping.Lead_Open_Not_Contacted.md-meta.xml',
      'g">Open - Not Contacted',
      'g">Closed - Converted',
    ),
  ]);
});
