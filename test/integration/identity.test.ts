import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const FIRST_STAGE = 'Open - Not Contacted';
const WORKING = 'Working - Contacted';

test('the external id of the record names the OneSignal user, and the alias its record id', async () => {
  const s = await startScenario();
  const id = s.lead({ OneSignal_External_Id__c: 'acct-1' });
  await s.settled();
  expect(s.user('acct-1')).toMatchObject({ aliases: { salesforce_id: id }, tags: { sf_stage: FIRST_STAGE } });
  expect(s.user(id)).toBeUndefined();
  expect(s.said(id)).toBe('Synced OK');
});

test('a record without an external id stands for a user named by its record id', async () => {
  const s = await startScenario();
  const lead = s.lead();
  const contact = s.contact({ OneSignal_Lifecycle_Stage__c: 'Customer' });
  await s.settled();
  expect(s.user(lead)?.aliases).toEqual({ external_id: lead, salesforce_id: lead });
  expect(s.user(contact)).toMatchObject({ aliases: { salesforce_id: contact }, tags: { sf_stage: 'Customer' } });
});

test('with Missing_External_Id__c = Skip a record without an external id is skipped until it gets one', async () => {
  const s = await startScenario({ prepare: ({ org }) => org.setSettings({ Missing_External_Id__c: 'Skip' }) });
  const id = s.lead();
  await s.settled();
  expect(s.said(id)).toBe('Skipped NO_EXTERNAL_ID');
  expect(s.world.onesignal.stats.requests).toBe(0);
  s.update(id, { OneSignal_External_Id__c: 'acct-2' });
  await s.settled();
  expect(s.said(id)).toBe('Synced OK');
  expect(s.user('acct-2')?.tags.sf_stage).toBe(FIRST_STAGE);
});

test('an external id that OneSignal refuses is a verdict on its record only', async () => {
  const s = await startScenario();
  const [bad, good] = [s.lead({ OneSignal_External_Id__c: 'has space' }), s.lead()];
  await s.settled();
  expect([s.said(bad), s.said(good)]).toEqual(['Failed BAD_EXTERNAL_ID', 'Synced OK']);
});

test('a record without a stage is skipped, and nothing is sent', async () => {
  const s = await startScenario();
  const id = s.contact({ OneSignal_Lifecycle_Stage__c: 'Lead' });
  await s.settled();
  s.update(id, { OneSignal_Lifecycle_Stage__c: null });
  await s.settled();
  expect(s.said(id)).toBe('Skipped NO_STAGE');
  expect(s.user(id)?.tags).toEqual({});
});

test('a converted lead hands its user to the contact, which is synced with the stage of the lead until it has its own', async () => {
  const s = await startScenario();
  const lead = s.lead();
  await s.settled();
  const contact = s.convert(lead);
  await s.settled();
  const user = s.user(lead);
  expect(user?.aliases).toEqual({ external_id: lead, salesforce_id: contact, salesforce_lead_id: lead });
  expect(user?.tags.sf_stage).toBe('Closed - Converted');
  expect(s.record(contact)).toMatchObject({
    OneSignal_Sync_Status__c: 'Synced',
    OneSignal_Sync_Reason__c: 'OK',
    OneSignal_Synced_Stage__c: 'Closed - Converted',
    OneSignal_Id__c: user?.onesignalId,
  });
  s.update(contact, { OneSignal_Lifecycle_Stage__c: 'Customer' });
  await s.settled();
  expect(s.user(lead)?.tags.sf_stage).toBe('Customer');
  expect(s.user(lead)?.aliases).toEqual({ external_id: lead, salesforce_id: contact, salesforce_lead_id: lead });
  expect(s.record(contact).OneSignal_Synced_Stage__c).toBe('Customer');
  expect(s.world.onesignal.users.all()).toHaveLength(1);
});

test('an external id of the lead stays the external id after the conversion', async () => {
  const s = await startScenario();
  const lead = s.lead({ OneSignal_External_Id__c: 'acct-3' });
  await s.settled();
  const contact = s.convert(lead);
  s.update(contact, { OneSignal_Lifecycle_Stage__c: 'Customer' });
  await s.settled();
  expect(s.user('acct-3')).toMatchObject({
    aliases: { salesforce_id: contact, salesforce_lead_id: lead },
    tags: { sf_stage: 'Customer' },
  });
  expect(s.user(contact)).toBeUndefined();
});

test('converting a lead that the relay has never seen makes one user, whichever record comes first', async () => {
  const s = await startScenario();
  const lead = s.lead();
  const contact = s.convert(lead);
  s.update(contact, { OneSignal_Lifecycle_Stage__c: 'Opportunity' });
  await s.settled();
  expect(s.world.onesignal.users.all()).toHaveLength(1);
  expect(s.user(lead)).toMatchObject({ tags: { sf_stage: 'Opportunity' } });
  expect(s.said(contact)).toBe('Synced OK');
});

test('a contact whose event alone arrives takes the user of the lead that became it', async () => {
  const s = await startScenario();
  const lead = s.lead();
  await s.settled();
  s.world.org.losePublished(1_000);
  const contact = s.convert(lead);
  s.world.org.losePublished(0);
  s.update(contact, { OneSignal_Lifecycle_Stage__c: 'Customer' });
  await s.settled();
  expect(s.user(lead)).toMatchObject({
    aliases: { salesforce_id: contact, salesforce_lead_id: lead },
    tags: { sf_stage: 'Customer' },
  });
  expect(s.world.onesignal.users.all()).toHaveLength(1);
});

test('converting a lead into a contact that has a user of its own leaves one user, without tags on the other', async () => {
  const s = await startScenario();
  const contact = s.contact({ OneSignal_Lifecycle_Stage__c: 'Lead', OneSignal_External_Id__c: 'acct-4' });
  const lead = s.lead();
  await s.settled();
  s.convert(lead, contact);
  await s.settled();
  expect(s.user('acct-4')).toMatchObject({
    aliases: { salesforce_id: contact, salesforce_lead_id: lead },
    tags: { sf_stage: 'Lead' },
  });
  expect(s.user(lead)).toMatchObject({ tags: {}, aliases: { external_id: lead } });
  expect(s.said(lead)).toBe('Skipped SHARED_EXTERNAL_ID');
  expect(s.said(contact)).toBe('Synced OK');
});

test('a contact without an external id moves to the user of a lead that is converted into it', async () => {
  const s = await startScenario();
  const contact = s.contact({ OneSignal_Lifecycle_Stage__c: 'Subscriber' });
  const lead = s.lead();
  await s.settled();
  s.convert(lead, contact);
  await s.settled();
  expect(s.user(lead)).toMatchObject({
    aliases: { salesforce_id: contact, salesforce_lead_id: lead },
    tags: { sf_stage: 'Subscriber' },
  });
  expect(s.user(contact)).toMatchObject({ aliases: { external_id: contact }, tags: {} });
});

test('a contact that only its lead brings along leaves the user it had, when the event of the conversion was lost', async () => {
  const s = await startScenario();
  const contact = s.contact({ OneSignal_Lifecycle_Stage__c: 'Subscriber' });
  const lead = s.lead();
  await s.settled();
  await s.stop();
  s.world.org.losePublished(1_000);
  s.convert(lead, contact);
  s.world.org.losePublished(0);
  await s.restart();
  await s.until('the contact has moved', () => s.user(lead)?.aliases.salesforce_id === contact, 10_000);
  await s.settled();
  expect(s.user(contact)).toMatchObject({ aliases: { external_id: contact }, tags: {} });
  expect(s.said(contact)).toBe('Synced OK');
});

test('of several records with one external id the primary decides and the others name it, in any order', async () => {
  const s = await startScenario();
  const lead = s.lead({ OneSignal_External_Id__c: 'acct-5' });
  await s.settled();
  expect(s.user('acct-5')?.tags.sf_stage).toBe(FIRST_STAGE);
  const contact = s.contact({ OneSignal_Lifecycle_Stage__c: 'Customer', OneSignal_External_Id__c: 'acct-5' });
  await s.settled();
  const late = s.lead({ OneSignal_External_Id__c: 'acct-5', Status: WORKING });
  await s.settled();
  expect(s.user('acct-5')).toMatchObject({ aliases: { salesforce_id: contact }, tags: { sf_stage: 'Customer' } });
  expect(s.said(contact)).toBe('Synced OK');
  for (const other of [lead, late]) {
    expect(s.said(other)).toBe('Skipped SHARED_EXTERNAL_ID');
    expect(s.record(other).OneSignal_Sync_Detail__c).toContain(contact);
  }
});

test('records that share an external id and come in one batch are one user with one create', async () => {
  const s = await startScenario();
  const ids = [1, 2, 3].map(() => s.lead({ OneSignal_External_Id__c: 'acct-6' }));
  await s.settled();
  expect(ids.map(s.said).sort()).toEqual(['Skipped SHARED_EXTERNAL_ID', 'Skipped SHARED_EXTERNAL_ID', 'Synced OK']);
  expect(s.world.onesignal.stats.count('create_user')).toBe(1);
  expect(s.world.onesignal.users.all()).toHaveLength(1);
});

test('when the primary goes, the next record takes over', async () => {
  const s = await startScenario();
  const lead = s.lead({ OneSignal_External_Id__c: 'acct-7' });
  const contact = s.contact({ OneSignal_Lifecycle_Stage__c: 'Customer', OneSignal_External_Id__c: 'acct-7' });
  await s.settled();
  s.remove(contact);
  await s.settled();
  expect(s.user('acct-7')).toMatchObject({ aliases: { salesforce_id: lead }, tags: { sf_stage: FIRST_STAGE } });
  expect(s.said(lead)).toBe('Synced OK');
});

test('an external id that is filled in later moves the record: the old user lets go of tags and aliases, the new one gets them', async () => {
  const s = await startScenario();
  const id = s.lead();
  await s.settled();
  s.update(id, { OneSignal_External_Id__c: 'acct-8' });
  await s.settled();
  expect(s.user('acct-8')).toMatchObject({ aliases: { salesforce_id: id }, tags: { sf_stage: FIRST_STAGE } });
  expect(s.user(id)).toMatchObject({ aliases: { external_id: id }, tags: {} });
  expect(s.said(id)).toBe('Synced OK');
  expect(s.record(id).OneSignal_Id__c).toBe(s.user('acct-8')?.onesignalId);
});

test('two records that swap their external ids in one go swap their users', async () => {
  const s = await startScenario();
  const a = s.lead({ OneSignal_External_Id__c: 'acct-a' });
  const b = s.lead({ OneSignal_External_Id__c: 'acct-b', Status: WORKING });
  await s.settled();
  s.update(a, { OneSignal_External_Id__c: 'acct-b' });
  s.update(b, { OneSignal_External_Id__c: 'acct-a' });
  await s.settled();
  expect([s.said(a), s.said(b)]).toEqual(['Synced OK', 'Synced OK']);
  expect(s.user('acct-a')).toMatchObject({ aliases: { salesforce_id: b }, tags: { sf_stage: WORKING } });
  expect(s.user('acct-b')).toMatchObject({ aliases: { salesforce_id: a }, tags: { sf_stage: FIRST_STAGE } });
});

test('external ids of the greatest length fit the requests that look for their other records', async () => {
  const s = await startScenario();
  const ids = Array.from({ length: 200 }, (_, n) => s.lead({ OneSignal_External_Id__c: `${n}-`.padEnd(128, 'é') }));
  await s.settled();
  expect(new Set(ids.map(s.said))).toEqual(new Set(['Synced OK']));
});

test('the contact of a person account is named as not synced, and the lead that became it stays a user of its own', async () => {
  const s = await startScenario({ world: { org: { personAccounts: true } } });
  const lead = s.lead();
  await s.settled();
  await s.stop();
  const contact = s.convert(lead);
  s.world.org.makePersonAccount(contact);
  await s.restart();
  await s.settled();
  expect(s.user(lead)).toMatchObject({ tags: { sf_stage: 'Closed - Converted' } });
  expect(s.said(lead)).toBe('Synced OK');
  expect(s.user(contact)).toBeUndefined();
  expect(s.record(contact).OneSignal_Sync_Status__c).toBeNull();
  expect((await s.relay.store.knownRecords([contact])).get(contact)?.verdict?.status).toBe('Skipped');
  expect(s.relay.relay.readiness().warnings).toEqual([expect.stringContaining('person accounts')]);
});
