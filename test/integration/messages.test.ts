import type { World } from '../emulators/world.ts';
import { endScenario, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const [FIRST, WORKING] = ['Open - Not Contacted', 'Working - Contacted'];
const TEMPLATE = '0b8f7b9e-6c1d-4f0e-9d5a-3f2f7c1e4a11';

/** Who comes into the stage gets a message on the channel. */
const messageRow =
  (channel?: string) =>
  ({ org }: World): void => {
    org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Working', {
      Object_Name__c: 'Lead',
      Stage__c: WORKING,
      Lifecycle_Stage__c: 'sql',
      Message_Template_Id__c: TEMPLATE,
      ...(channel === undefined ? {} : { Message_Channel__c: channel }),
      Is_Active__c: true,
    });
  };

/** Somebody who uses the app, and gets its messages. */
function member(s: Scenario, externalId: string, type = 'iOSPush', token = `device of ${externalId}`): void {
  s.world.onesignal.seedUser({ externalId, subscriptions: [{ type, token }] });
}

async function askedFor(s: Scenario, count: number): Promise<void> {
  await s.until(`${count} messages were asked for`, () => s.world.onesignal.stats.count('create_message') >= count);
  await s.settled();
}

test('a stage that the mapping names a template for sends one message, with the stages for the template', async () => {
  const s = await startScenario({ prepare: messageRow() });
  member(s, 'app-1');
  const id = s.lead({ OneSignal_External_Id__c: 'app-1' });
  await s.settled();
  s.update(id, { Status: WORKING });
  await askedFor(s, 1);
  expect(s.world.onesignal.messages).toEqual([
    {
      app_id: expect.any(String),
      include_aliases: { external_id: ['app-1'] },
      target_channel: 'push',
      template_id: TEMPLATE,
      custom_data: { from: FIRST, to: 'sql', object: 'Lead' },
      idempotency_key: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/),
    },
  ]);
});

test('a message whose answer was lost is asked for again under the same key, and sent once', async () => {
  const s = await startScenario({ prepare: messageRow() });
  member(s, 'app-1');
  s.world.onesignal.faults.dropAnswerAfterApply(1, { call: 'create_message' });
  s.lead({ OneSignal_External_Id__c: 'app-1', Status: WORKING });
  await askedFor(s, 2);
  expect(s.world.onesignal.messages).toHaveLength(1);
});

test('somebody who can get no message gets none, and is asked for once', async () => {
  const s = await startScenario({ prepare: messageRow() });
  const id = s.lead({ Status: WORKING });
  await askedFor(s, 1);
  s.update(id, { Phone: '+15550100' });
  await s.settled();
  expect(s.world.onesignal.messages).toEqual([]);
  expect(s.world.onesignal.stats.count('create_message')).toBe(1);
  expect(s.said(id)).toBe('Synced OK');
});

test.each([
  ['email', 'HasOptedOutOfEmail', 'Email', 'dana@example.com'],
  ['sms', 'DoNotCall', 'SMS', '+15550100'],
])('nobody who opted out in Salesforce gets a message by %s', async (channel, optOut, type, token) => {
  const s = await startScenario({ prepare: messageRow(channel) });
  member(s, 'out', type, token);
  member(s, 'in', type, `${token}1`);
  const out = s.lead({ OneSignal_External_Id__c: 'out', Status: WORKING, [optOut]: true });
  s.lead({ OneSignal_External_Id__c: 'in', Status: WORKING });
  await askedFor(s, 1);
  expect(s.said(out)).toBe('Synced OK');
  expect(s.world.onesignal.messages.map(({ include_aliases }) => include_aliases)).toEqual([{ external_id: ['in'] }]);
});

test('a resync sends no message again', async () => {
  const s = await startScenario({ prepare: messageRow() });
  member(s, 'app-1');
  const id = s.lead({ OneSignal_External_Id__c: 'app-1', Status: WORKING });
  await askedFor(s, 1);
  s.update(id, { OneSignal_Sync_Requested_At__c: new Date(Date.now() + 5_000).toISOString() });
  await s.settled();
  expect(s.world.onesignal.stats.count('create_message')).toBe(1);
});
