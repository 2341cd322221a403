import { reportConversions } from '../../relay/cli/report-command.ts';
import { readEnvironment } from '../../relay/config/environment.ts';
import type { Conversions, RecordStory } from '../../relay/server/console/contract.ts';
import { engagementTimeline } from '../../relay/server/console/engagement-timeline.ts';
import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import { type EngagementScenario, OFFER, startEngagement, WELCOME } from './engagement-under-test.ts';
import { endScenario } from './scenario.ts';

const HOUR = 3_600_000;

let s: EngagementScenario;
afterEach(async () => {
  await s.closeWebhook();
  await endScenario();
});

async function report(options: { json?: boolean; csv?: boolean; days?: string } = { json: true }): Promise<string> {
  let text = '';
  await reportConversions(readEnvironment(s.variables, String), options, (line) => {
    text += line;
  });
  return text;
}

const rowsOf = (text: string) =>
  (JSON.parse(text) as Conversions).rows.map(({ messageName, stage, reached, engaged, movedOn, share }) => ({
    message: messageName,
    stage,
    reached,
    engaged,
    movedOn,
    share,
  }));

test('a lead clicks a message and moves on: the record, the report and the console’s answer agree', async () => {
  s = await startEngagement();
  const [id, other] = [s.lead({ Status: 'Open - Not Contacted' }), s.lead({ Status: 'Open - Not Contacted' })];
  await s.settled();
  await s.happens('message.email.sent', id);
  await s.happens('message.email.sent', other);
  await s.happens('message.email.opened', id);
  await s.happens('message.email.clicked', id);
  await s.written();
  expect(s.record(id)).toMatchObject({
    OneSignal_Opens__c: 1,
    OneSignal_Clicks__c: 1,
    OneSignal_Last_Message__c: WELCOME.name,
    OneSignal_Stage_Influenced_By__c: null,
    OneSignal_Unsubscribed__c: false,
  });
  expect(s.record(id).OneSignal_Last_Engaged_At__c).not.toBeNull();
  expect(s.record(other).OneSignal_Last_Message__c).toBeNull();

  s.update(id, { Status: 'Working - Contacted' });
  await s.written();
  expect(s.record(id).OneSignal_Stage_Influenced_By__c).toBe(WELCOME.name);
  expect(s.said(id)).toBe('Synced OK');
  const counts = { stage: 'Open - Not Contacted', reached: 2, engaged: 1, movedOn: 1, share: 1 };
  expect(rowsOf(await report())).toEqual([{ message: WELCOME.name, ...counts }]);
  expect(await s.console('/api/conversions')).toMatchObject({
    windowHours: 72,
    rows: [{ object: 'Lead', messageId: WELCOME.id, messageName: WELCOME.name, ...counts }],
  });
  const { timeline } = await s.console<RecordStory>(`/api/records/${id}`);
  const engaged = timeline.flatMap((entry) => (entry.kind === 'engagement' ? [entry] : []));
  expect(engaged.map(({ event, message }) => [event, message])).toEqual(
    expect.arrayContaining([
      ['email.clicked', WELCOME.name],
      ['email.opened', WELCOME.name],
      ['email.sent', WELCOME.name],
    ]),
  );
  expect(await report({})).toMatch(/Say "hi".*Lead.*Open - Not Contacted.*2.*1.*1.*100 %/);
  expect((await report({ csv: true })).split('\n')[1]).toBe(
    `${WELCOME.id},"Say ""hi"", 100% free",Lead,Open - Not Contacted,2,1,1,1.0000`,
  );
});

test('events that come late, twice and in another order come to the same', async () => {
  s = await startEngagement();
  const id = s.lead({ Status: 'Open - Not Contacted' });
  await s.settled();
  const at = Date.now() - 2 * HOUR;
  s.stream.tell({ kind: 'message.email.sent', externalId: id, message: WELCOME, at });
  s.stream.tell({ kind: 'message.email.opened', externalId: id, message: WELCOME, at: at + 60_000 });
  s.stream.tell({ kind: 'message.email.clicked', externalId: id, message: WELCOME, at: at + 90_000 });
  s.update(id, { Status: 'Working - Contacted' });
  await s.written();
  expect(s.record(id).OneSignal_Stage_Influenced_By__c).toBeNull();
  const deliveries = await s.stream.deliver({ order: 'reversed', twice: true });
  expect(deliveries.map(({ statuses }) => statuses)).toEqual(Array.from({ length: 6 }, () => [204]));
  await s.written();
  expect(s.record(id)).toMatchObject({
    OneSignal_Opens__c: 1,
    OneSignal_Clicks__c: 1,
    OneSignal_Stage_Influenced_By__c: WELCOME.name,
  });
  expect(rowsOf(await report())).toMatchObject([{ stage: 'Open - Not Contacted', reached: 1, movedOn: 1 }]);
});

test('a message that OneSignal has forgotten keeps its name, and one without an id is a click of nothing', async () => {
  s = await startEngagement();
  const id = s.lead({ Status: 'Open - Not Contacted' });
  await s.settled();
  await s.happens('message.email.sent', id, { at: Date.now() - HOUR });
  await s.happens('message.email.clicked', id, { forgotten: 'name' });
  await s.happens('message.push.clicked', id, { forgotten: 'everything' });
  await s.written();
  expect(s.record(id)).toMatchObject({ OneSignal_Clicks__c: 2, OneSignal_Last_Message__c: WELCOME.name });
});

test('the last message clicked counts, not the one opened after it, and the next move has its own', async () => {
  s = await startEngagement();
  const id = s.lead({ Status: 'Open - Not Contacted' });
  await s.settled();
  await s.happens('message.email.clicked', id, { at: Date.now() - HOUR });
  await s.happens('message.email.opened', id, { message: OFFER });
  s.update(id, { Status: 'Working - Contacted' });
  await s.written();
  expect(s.record(id)).toMatchObject({
    OneSignal_Last_Message__c: OFFER.name,
    OneSignal_Stage_Influenced_By__c: WELCOME.name,
  });
  const rows = rowsOf(await report());
  expect(rows.find(({ message }) => message === OFFER.name)).toMatchObject({ engaged: 1, movedOn: 0, share: 0 });
});

test('a converted lead keeps what counted for it, and the contact goes on with the person’s counts', async () => {
  s = await startEngagement();
  const id = s.lead({ Status: 'Open - Not Contacted' });
  await s.settled();
  await s.happens('message.email.clicked', id);
  await s.written();
  const contactId = s.convert(id);
  await s.written();
  await s.happens('message.push.clicked', id, { message: OFFER });
  await s.written();
  expect(s.record(contactId)).toMatchObject({ OneSignal_Clicks__c: 2, OneSignal_Last_Message__c: OFFER.name });
  expect(s.record(id)).toMatchObject({ OneSignal_Clicks__c: 2, OneSignal_Stage_Influenced_By__c: WELCOME.name });
  expect(rowsOf(await report()).find(({ message }) => message === WELCOME.name)).toMatchObject({
    stage: 'Open - Not Contacted',
    movedOn: 1,
  });
});

describe('an unsubscribe', () => {
  const start = async (settings: FieldValues = {}) => {
    s = await startEngagement({ prepare: ({ org }) => void org.setSettings(settings) });
    const id = s.lead({ Status: 'Open - Not Contacted', Email: 'dana@acme.example' });
    await s.settled();
    return id;
  };

  test('ticks its box, and opts nobody out unless the settings say so', async () => {
    const id = await start();
    await s.happens('message.email.unsubscribed', id);
    await s.written();
    expect(s.record(id)).toMatchObject({ OneSignal_Unsubscribed__c: true, HasOptedOutOfEmail: false });
  });

  test.each(['unsubscribed', 'reported_as_spam', 'bounced'])(
    'an email that is %s opts out where it is set',
    async (what) => {
      const id = await start({ Unsubscribe_Opts_Out__c: true, Sync_Email__c: true });
      const requestedAt = s.record(id).OneSignal_Sync_Requested_At__c;
      const events = s.world.org.lastReplayId('/event/OneSignal_Stage_Change__e');
      await s.happens(`message.email.${what}`, id);
      await s.written();
      await s.settled();
      expect(s.record(id)).toMatchObject({
        OneSignal_Unsubscribed__c: what !== 'bounced',
        HasOptedOutOfEmail: true,
        OneSignal_Sync_Requested_At__c: requestedAt,
      });
      // No event follows from what the relay writes.
      expect(s.world.org.lastReplayId('/event/OneSignal_Stage_Change__e')).toEqual(events);
    },
  );

  test('a box that somebody unticked stays so until the next time', async () => {
    const id = await start({ Unsubscribe_Opts_Out__c: true });
    await s.happens('message.email.unsubscribed', id, { at: Date.now() - HOUR });
    await s.written();
    s.update(id, { HasOptedOutOfEmail: false });
    await s.happens('message.push.clicked', id);
    await s.written();
    expect(s.record(id)).toMatchObject({ OneSignal_Clicks__c: 1, HasOptedOutOfEmail: false });
    await s.happens('message.email.unsubscribed', id);
    await s.written();
    expect(s.record(id)).toMatchObject({ HasOptedOutOfEmail: true });
  });

  test('one from push messages ends no email', async () => {
    const id = await start({ Unsubscribe_Opts_Out__c: true });
    await s.happens('message.push.unsubscribed', id);
    await s.written();
    expect(s.record(id)).toMatchObject({ OneSignal_Unsubscribed__c: true, HasOptedOutOfEmail: false });
  });
});

test('a hundred people who click at once cost a call or two, and no status is written again', async () => {
  s = await startEngagement();
  const ids = Array.from({ length: 100 }, () => s.lead({ Status: 'Open - Not Contacted' }));
  await s.settled();
  const before = s.world.salesforce.stats.calls.collections ?? 0;
  for (const externalId of ids)
    s.stream.tell({ kind: 'message.email.clicked', externalId, message: WELCOME, at: Date.now() });
  await s.stream.deliver({ order: 'at once', twice: true });
  await s.written();
  expect(ids.every((id) => s.record(id).OneSignal_Clicks__c === 1)).toBe(true);
  expect((s.world.salesforce.stats.calls.collections ?? 0) - before).toBeLessThanOrEqual(2);
});

test('a clone of a lead starts with nothing', async () => {
  s = await startEngagement();
  const id = s.lead({ Status: 'Open - Not Contacted' });
  await s.settled();
  await s.happens('message.email.clicked', id);
  await s.happens('message.email.unsubscribed', id);
  await s.written();
  const { OneSignal_Clicks__c: clicks = null, OneSignal_Last_Message__c: message = null } = s.record(id);
  const clone = s.lead({
    Status: 'Open - Not Contacted',
    OneSignal_Clicks__c: clicks,
    OneSignal_Unsubscribed__c: true,
    OneSignal_Last_Message__c: message,
  });
  expect(s.record(clone)).toMatchObject({
    OneSignal_Clicks__c: null,
    OneSignal_Unsubscribed__c: false,
    OneSignal_Last_Message__c: null,
  });
});

test('somebody whom the org does not know is counted, and nothing is written', async () => {
  s = await startEngagement();
  s.world.onesignal.seedUser({ externalId: 'stranger' });
  await s.happens('message.email.clicked', 'stranger');
  await s.written();
  expect(await s.relay.metrics.registry.metrics()).toContain('relay_engagement_events_total{result="unknown_user"} 1');
});

test('a deleted lead leaves nothing of what it did', async () => {
  s = await startEngagement();
  const id = s.lead({ Status: 'Open - Not Contacted' });
  await s.settled();
  await s.happens('message.email.clicked', id);
  await s.written();
  s.remove(id);
  await s.written();
  expect(await engagementTimeline(s.relay.store, id)).toEqual([]);
  expect(rowsOf(await report())).toEqual([]);
});

test('what a process took before it died is on the record after the next start', async () => {
  s = await startEngagement();
  const id = s.lead({ Status: 'Open - Not Contacted' });
  await s.settled();
  await s.happens('message.email.clicked', id);
  await s.restart();
  await s.written();
  expect(s.record(id)).toMatchObject({ OneSignal_Clicks__c: 1, OneSignal_Last_Message__c: WELCOME.name });
});

test('the report says what is wrong with how it is asked', async () => {
  s = await startEngagement();
  await expect(report({ days: '0' })).rejects.toMatchObject({ code: 'COMMAND_INVALID' });
  await expect(report({ json: true, csv: true })).rejects.toMatchObject({ code: 'COMMAND_INVALID' });
  expect(await report({})).toMatch(/^No message reached anybody since/);
});
