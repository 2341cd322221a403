import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const CARD = 'main/default/lwc/oneSignalSyncCard/oneSignalSyncCard.js-meta.xml';
const LABELS = 'main/default/labels/CustomLabels.labels-meta.xml';
const CODE = 'main/default/lwc/oneSignalSyncCard/oneSignalSyncCard.js';
const HELP = 'main/default/lwc/oneSignalHelp/oneSignalHelp.js-meta.xml';
const HELP_CODE = 'main/default/lwc/oneSignalHelp/oneSignalHelp.js';
const IMPORTS = 'main/default/lwc/oneSignalSyncCard/labels.js';

describe('Lightning components', () => {
  expectEachBreakToBeFound([
    {
      ...inFile('lightning-component', 'a field that is not there', CODE, 'OneSignal_Id__c', 'OneSignal_Ids__c'),
      file: CARD,
    },
    inFile('lightning-component', 'an object without the fields', CARD, '<object>Contact<', '<object>Account<'),
    {
      ...inFile('lightning-component', 'a link to a list view that is not there', HELP_CODE, '_Overdue', '_Late'),
      file: HELP,
    },
    inFile(
      'lightning-component',
      'a label that nothing uses',
      LABELS,
      '<labels>',
      `<labels>
        <fullName>OneSignal_Left_Over</fullName>
        <language>en_US</language>
        <protected>false</protected>
        <shortDescription>x</shortDescription>
        <value>x</value>
    </labels>
    <labels>`,
    ),
    {
      ...inFile(
        'lightning-component',
        'an import of a label twice in place of another',
        IMPORTS,
        'Card_Reason',
        'Card_Title',
      ),
      file: LABELS,
    },
    inFile('lightning-component', 'a label that is too long', LABELS, '<value>Failed<', `<value>${'x'.repeat(1_001)}<`),
    inFile(
      'xml-value',
      'a target that there is not',
      CARD,
      '<target>lightning__RecordPage<',
      '<target>lightning__Record<',
    ),
    inFile(
      'xml-order',
      'targets before their configuration',
      CARD,
      /(<targetConfigs>.*<\/targetConfigs>)(.*<\/targets>)/s,
      '$2$1',
    ),
    inFile('xml-missing', 'a label without a language', LABELS, /<language>en_US<\/language>\n/, ''),
  ]);
});
