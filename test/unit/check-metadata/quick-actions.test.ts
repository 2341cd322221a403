import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const ACTIONS = 'main/default/quickActions';
const LEAD = `${ACTIONS}/Lead.OneSignal_Resync.quickAction-meta.xml`;
const ITEM = /<quickActionLayoutItems>.*<\/quickActionLayoutItems>/s;

describe('quick actions', () => {
  expectEachBreakToBeFound([
    inFile(
      'quick-action',
      'a field to set that is not there',
      LEAD,
      '<field>OneSignal_Sync_Requested_At__c</field>\n        <formula>',
      '<field>OneSignal_Requested_At__c</field>\n        <formula>',
    ),
    inFile(
      'quick-action',
      'a formula field that is set',
      LEAD,
      '<field>OneSignal_Sync_Requested_At__c</field>\n        <formula>',
      '<field>OneSignal_Sync_State__c</field>\n        <formula>',
    ),
    inFile('quick-action', 'a formula that nobody has seen work', LEAD, 'NOW()', 'SYSTEM_TIME()'),
    inFile('quick-action', 'a field that is set twice', LEAD, /(<fieldOverrides>.*<\/fieldOverrides>)/s, '$1\n    $1'),
    inFile(
      'quick-action',
      'a field to show that is not there',
      LEAD,
      /(emptySpace>\s*<field>)OneSignal_Sync_Requested_At__c/,
      '$1OneSignal_Requested_At__c',
    ),
    inFile('quick-action', 'a field that is shown twice', LEAD, ITEM, '$&$&'),
    inFile('quick-action', 'a layout that shows nothing', LEAD, ITEM, ''),
    inFile('quick-action', 'a target of an update', LEAD, '<type>', '<targetObject>Lead</targetObject><type>'),
    inFile('quick-action', 'an action without a label', LEAD, /<label>.*<\/label>/, ''),
    {
      rule: 'quick-action',
      what: 'an object that is not there',
      file: `${ACTIONS}/Leads.OneSignal_Resync.quickAction-meta.xml`,
      edit: (copy) => copy.move(LEAD, `${ACTIONS}/Leads.OneSignal_Resync.quickAction-meta.xml`),
    },
    {
      rule: 'quick-action',
      what: 'an action of no object',
      file: `${ACTIONS}/Lead.quickAction-meta.xml`,
      edit: (copy) => copy.move(LEAD, `${ACTIONS}/Lead.quickAction-meta.xml`),
    },
    inFile('xml-value', 'a type that there is not', LEAD, '<type>Update<', '<type>Change<'),
    inFile('xml-missing', 'an action that does not say whether it posts', LEAD, /<options.*FeedItem>/, ''),
    inFile('text-length', 'a label that is too long', LEAD, '<label>', `<label>${'x'.repeat(41)}`),
  ]);
});
