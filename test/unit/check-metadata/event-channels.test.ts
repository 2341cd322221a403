import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const CHANNEL = 'examples/platformEventChannels/OneSignal_Filtered__chn.platformEventChannel-meta.xml';
const MEMBER =
  'examples/platformEventChannelMembers/OneSignal_Filtered_chn_OneSignal_Stage_Change_e.platformEventChannelMember-meta.xml';
const FILTER = /<filterExpression>.*<\/filterExpression>/s;
const filter = (expression: string) => `<filterExpression>${expression}</filterExpression>`;

const broken = (what: string, from: string | RegExp, to: string) => inFile('event-channel', what, MEMBER, from, to);

describe('event channels', () => {
  expectEachBreakToBeFound([
    broken('a channel that is not there', '>OneSignal_Filtered__chn<', '>OneSignal_Other__chn<'),
    broken('an event that is not there', '>OneSignal_Stage_Change__e<', '>OneSignal_Change__e<'),
    broken('an object that is no event', '>OneSignal_Stage_Change__e<', '>OneSignal_Settings__c<'),
    broken('a filter by a field that the event does not carry', 'Object_Name__c', 'Status'),
    broken('a filter that steps to another object', 'Object_Name__c', 'Lead__r.Name'),
    broken('a filter that is no condition', FILTER, filter('Object_Name__c')),
    broken('a filter with an open bracket', FILTER, filter("(Object_Name__c = 'Contact'")),
    broken('a filter that goes on after its conditions', FILTER, filter("Object_Name__c = 'Contact' LIMIT 1")),
    broken('a NOT, which filters do not know', FILTER, filter("NOT (Object_Name__c = 'Contact')")),
    broken('text without quotes', FILTER, filter('Object_Name__c = 5')),
    broken('text in quotes for a DateTime', FILTER, filter("Changed_At__c = 'today'")),
    broken('a function of a date', FILTER, filter('Changed_At__c = TODAY')),
    broken('an operator of multi-select picklists', FILTER, filter("Stage__c INCLUDES ('A')")),
    broken('LIKE for what is no text', FILTER, filter("Changed_At__c LIKE '2026%'")),
    inFile('event-channel', 'a channel for change data', CHANNEL, '>event<', '>data<'),
    inFile('xml-value', 'a type of channel that there is not', CHANNEL, '>event<', '>events<'),
    inFile('xml-missing', 'a channel without a label', CHANNEL, /<label>.*<\/label>/, ''),
    inFile('xml-order', 'a filter after the event', MEMBER, /(<filterEx.*sion>)(\s*)(<selected.*Entity>)/s, '$3$2$1'),
    inFile('text-length', 'a label that is too long', CHANNEL, '>OneSignal Filtered<', `>${'x'.repeat(81)}<`),
    {
      rule: 'event-channel',
      what: 'a channel whose name does not end in __chn',
      file: 'examples/platformEventChannels/OneSignal_Filtered.platformEventChannel-meta.xml',
      edit(copy) {
        copy.move(CHANNEL, 'examples/platformEventChannels/OneSignal_Filtered.platformEventChannel-meta.xml');
        copy.replace(MEMBER, '>OneSignal_Filtered__chn<', '>OneSignal_Filtered<');
      },
    },
  ]);
});
