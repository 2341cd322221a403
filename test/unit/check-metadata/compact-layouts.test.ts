import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const LEAD = 'main/default/objects/Lead/compactLayouts/OneSignal_Sync.compactLayout-meta.xml';
const NOTES = `<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">
    <fullName>Notes__c</fullName>
    <description>x</description>
    <label>Notes</label>
    <type>TextArea</type>
</CustomField>`;
const MANY = ['Email', 'Phone', 'MobilePhone', 'Title', 'Rating', 'Industry'];

describe('compact layouts', () => {
  expectEachBreakToBeFound([
    inFile('compact-layout', 'a field that is not there', LEAD, '>Company<', '>Companies<'),
    inFile('compact-layout', 'a field of another object', LEAD, '>Company<', '>AccountId<'),
    inFile('compact-layout', 'a field that is there twice', LEAD, '>Company<', '>Name<'),
    inFile(
      'compact-layout',
      'more fields than there is room for',
      LEAD,
      '<fields>',
      `${MANY.map((name) => `<fields>${name}</fields>`).join('')}<fields>`,
    ),
    inFile('compact-layout', 'no field at all', LEAD, /<fields>.*<\/fields>/s, ''),
    {
      rule: 'compact-layout',
      what: 'a field of a type that it does not take',
      file: LEAD,
      edit: (copy) => {
        copy.write('main/default/objects/Lead/fields/Notes__c.field-meta.xml', NOTES);
        copy.replace(LEAD, '>Company<', '>Notes__c<');
      },
    },
    inFile('xml-missing', 'a layout without a label', LEAD, /<label>.*<\/label>/, ''),
    inFile('file-name', 'a file that holds another layout', LEAD, 'Name>OneSignal_Sync<', 'Name>OneSignal_Card<'),
  ]);
});
