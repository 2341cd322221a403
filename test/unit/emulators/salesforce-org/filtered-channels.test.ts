import { loadOrg } from '../../../emulators/salesforce/org/load-org.ts';
import { channel, newLead, newOrg, withPackage } from './org-under-test.ts';

const NAME = '/event/Some__chn';
const channelFile = (type = 'event') =>
  `<PlatformEventChannel xmlns="http://soap.sforce.com/2006/04/metadata"><channelType>${type}</channelType><label>X</label></PlatformEventChannel>`;
const memberFile = (filter: string, event = 'OneSignal_Stage_Change__e', of = 'Some__chn') =>
  `<PlatformEventChannelMember xmlns="http://soap.sforce.com/2006/04/metadata"><eventChannel>${of}</eventChannel><filterExpression>${filter}</filterExpression><selectedEntity>${event}</selectedEntity></PlatformEventChannelMember>`;
const CHANNEL_FILE = 'platformEventChannels/Some__chn.platformEventChannel-meta.xml';
const MEMBER_FILE = 'platformEventChannelMembers/Some.platformEventChannelMember-meta.xml';

/** The events of two leads, one of them renamed to another stage, that a channel with the filter shows. */
function shown(filter: string): unknown[] {
  return withPackage({ [CHANNEL_FILE]: channelFile(), [MEMBER_FILE]: memberFile(filter) }, (directory) => {
    const under = newOrg({ packageDirs: ['sfdx/main/default', directory] });
    newLead(under);
    newLead(under, { Status: 'Working - Contacted' });
    return under.org.retained(NAME).map(({ payload }) => payload.Stage__c);
  });
}

// https://developer.salesforce.com/docs/platform/platform-events/guide/platform-events-filter-expression-format.html
test.each([
  [`Stage__c = 'Working - Contacted'`, ['Working - Contacted']],
  [`Stage__c != 'Working - Contacted'`, ['Open - Not Contacted']],
  [`Stage__c LIKE 'Open%'`, ['Open - Not Contacted']],
  [`Stage__c IN ('Open - Not Contacted', 'Working - Contacted')`, ['Open - Not Contacted', 'Working - Contacted']],
  [`(Object_Name__c = 'Lead') AND (Stage__c NOT IN ('Open - Not Contacted'))`, ['Working - Contacted']],
  [`(Object_Name__c = 'Contact') OR (Change_Type__c = 'Created')`, ['Open - Not Contacted', 'Working - Contacted']],
  [`Object_Name__c = 'Contact'`, []],
])('a channel with the filter %s', (filter, stages) => {
  expect(shown(filter)).toEqual(stages);
});

test('its events have the replay ids of the event’s own channel, and any of those is a place to go on from', () => {
  const filter = `Stage__c = 'Working - Contacted'`;
  withPackage({ [CHANNEL_FILE]: channelFile(), [MEMBER_FILE]: memberFile(filter) }, (directory) => {
    const under = newOrg({ packageDirs: ['sfdx/main/default', directory] });
    newLead(under);
    newLead(under, { Status: 'Working - Contacted' });
    const [first, second] = under.org.retained(channel);
    expect(under.org.retained(NAME)).toEqual([{ ...second, channel: NAME }]);
    expect(under.org.lastReplayId(NAME)).toBe(second?.replayId);
    expect(under.org.knowsReplayId(NAME, first?.replayId ?? 0)).toBe(true);
  });
});

test.each<[string, Record<string, string>, RegExp]>([
  ['of change data', { [CHANNEL_FILE]: channelFile('data') }, /only channels of events are emulated/],
  ['without a member', { [CHANNEL_FILE]: channelFile() }, /other than one member/],
  ['that is not there', { [MEMBER_FILE]: memberFile(`Stage__c = 'A'`) }, /there is no channel Some__chn/],
  [
    'of no event',
    { [CHANNEL_FILE]: channelFile(), [MEMBER_FILE]: memberFile(`Status = 'A'`, 'Lead') },
    /names no event/,
  ],
  [
    'that filters by what is not there',
    { [CHANNEL_FILE]: channelFile(), [MEMBER_FILE]: memberFile(`Colour__c = 'A'`) },
    /has no field Colour__c/,
  ],
])('a channel %s is refused', (_what, files, problem) => {
  withPackage(files, (directory) => {
    expect(() => loadOrg({ packageDirs: ['sfdx/main/default', directory] })).toThrow(problem);
  });
});
