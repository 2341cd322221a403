import { endScenario, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

/** OneSignal may not show a user everywhere for a minute after it was made. */
const REPLICATED_MS = 61_000;

/** A minute later somebody changes something, and the relay looks around. */
async function aMinuteLater(s: Scenario, goesAway: string): Promise<void> {
  s.passTime(REPLICATED_MS);
  s.lead();
  await s.until(`${goesAway} is gone`, () => s.user(goesAway) === undefined);
  await s.settled();
}

test('a merged lead leaves its user to nobody: tags and aliases go at once, and the empty user that we made follows', async () => {
  const s = await startScenario();
  const [winner, loser] = [s.lead({ Status: 'Working - Contacted' }), s.lead()];
  await s.settled();
  s.merge(winner, loser);
  await s.settled();
  expect(s.user(loser)).toMatchObject({ tags: {}, aliases: { external_id: loser } });
  expect(s.user(winner)).toMatchObject({
    aliases: { salesforce_id: winner },
    tags: { sf_stage: 'Working - Contacted' },
  });
  expect(s.said(winner)).toBe('Synced OK');
  await aMinuteLater(s, loser);
  expect(s.user(winner)?.tags.sf_stage).toBe('Working - Contacted');
});

test('a merge whose delete event comes without any of the winner finds the winner, and syncs it again', async () => {
  const s = await startScenario();
  const [winner, loser] = [
    s.lead({ OneSignal_External_Id__c: 'acct-1' }),
    s.lead({ OneSignal_External_Id__c: 'acct-2' }),
  ];
  await s.settled();
  const before = s.record(winner).OneSignal_Sync_Detail__c;
  s.merge(winner, loser);
  await s.settled();
  expect(s.user('acct-2')).toMatchObject({ tags: {}, aliases: { external_id: 'acct-2' } });
  expect(s.record(winner).OneSignal_Sync_Detail__c).not.toBe(before);
  expect(s.record(winner).OneSignal_Sync_Detail__c).toContain(`${loser} had the external id acct-2`);
});

test('a won lead goes on as the contact that its contact was merged into, and under its own id once that is deleted', async () => {
  const s = await startScenario();
  const lead = s.lead();
  await s.settled();
  const contact = s.convert(lead);
  await s.settled();
  const other = s.contact({});
  // Contacts without a stage ring for nothing: reconcile finds them.
  const reconciled = async (salesforceId: string) => {
    await s.restart();
    await s.until('the alias follows', () => s.user(lead)?.aliases.salesforce_id === salesforceId);
    await s.settled();
  };
  s.merge(other, contact);
  await reconciled(other);
  expect(s.user(lead)?.aliases).toEqual({ external_id: lead, salesforce_id: other, salesforce_lead_id: lead });
  s.remove(other);
  await reconciled(lead);
  expect(s.user(lead)?.aliases).toEqual({ external_id: lead, salesforce_id: lead });
  expect(s.said(lead)).toBe('Synced OK');
});

test('a merge that the relay did not see is found by reconcile', async () => {
  const s = await startScenario();
  const [winner, loser] = [s.lead(), s.lead()];
  await s.settled();
  await s.stop();
  s.world.org.losePublished(1_000);
  s.merge(winner, loser);
  s.world.org.losePublished(0);
  await s.restart();
  await s.until('the loser lets go', () => s.user(loser)?.aliases.salesforce_id === undefined);
  await s.settled();
  expect(s.user(winner)?.aliases.salesforce_id).toBe(winner);
});

test('the user of an app stays when its record was merged, with all that the app has there', async () => {
  const s = await startScenario({
    prepare: ({ onesignal }) => {
      onesignal.seedUser({ externalId: 'app-7', subscriptions: [{ type: 'iOSPush', token: 'device-7' }] });
    },
  });
  const [winner, ofApp] = [s.lead(), s.lead({ OneSignal_External_Id__c: 'app-7' })];
  await s.settled();
  s.merge(winner, ofApp);
  await s.settled();
  expect(s.user('app-7')).toMatchObject({ tags: {}, aliases: { external_id: 'app-7' } });
  expect(s.user('app-7')?.subscriptions).toHaveLength(1);
  expect((await s.relay.store.users(['app-7'])).size).toBe(0);
});

test('further aliases of a merged record go to the user of the winner where it lacks them, and stay with it', async () => {
  const s = await startScenario({
    prepare: ({ org, relayUser }) => {
      relayUser.isAdministrator = true;
      org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'Site', {
        Object_Name__c: 'Lead',
        Field__c: 'Website',
        Kind__c: 'Alias',
        Tag__c: 'site',
        Is_Active__c: true,
      });
    },
  });
  const [winner, loser] = [s.lead(), s.lead({ Website: 'example.org' })];
  await s.settled();
  s.merge(winner, loser);
  await s.settled();
  expect(s.user(winner)?.aliases).toMatchObject({ salesforce_id: winner, site: 'example.org' });
  expect(s.user(loser)?.aliases).toEqual({ external_id: loser });
  s.update(winner, { Status: 'Working - Contacted' });
  await s.settled();
  expect(s.user(winner)?.aliases.site).toBe('example.org');
  s.update(winner, { Website: 'example.com' });
  s.update(winner, { Status: 'Open - Not Contacted' });
  await s.settled();
  expect(s.user(winner)?.aliases.site).toBe('example.com');
});

test('a winner that is merged itself before the relay looks passes everything on', async () => {
  const s = await startScenario();
  const [first, second, third] = [s.lead(), s.lead(), s.lead()];
  await s.settled();
  await s.stop();
  s.merge(second, first);
  s.merge(third, second);
  await s.restart();
  await s.settled();
  for (const gone of [first, second]) expect(s.user(gone)?.aliases).toEqual({ external_id: gone });
  expect(s.user(third)?.aliases.salesforce_id).toBe(third);
});
