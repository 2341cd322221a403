import type { World } from '../emulators/world.ts';
import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

/** The website of a lead becomes an alias of its user. */
function siteIsAlias({ org, relayUser }: World): void {
  relayUser.isAdministrator = true;
  org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'Site', {
    Object_Name__c: 'Lead',
    Field__c: 'Website',
    Kind__c: 'Alias',
    Tag__c: 'site',
    Is_Active__c: true,
  });
}

test('an alias that our own user of another time holds is taken from it, though the store was lost', async () => {
  const s = await startScenario();
  const id = s.lead();
  await s.settled();
  await s.stop();
  s.relay.discardData();
  // The next relay can't know when the last one wrote: OneSignal allows one write a second for one user.
  const [{ receivedAt = 0 } = {}] = s.world.onesignal.history(id).slice(-1);
  await s.until('a second has passed', () => Date.now() - receivedAt > 1_050);
  s.update(id, { OneSignal_External_Id__c: 'acct-5' });
  await s.restart();
  await s.settled();
  expect(s.said(id)).toBe('Synced OK');
  expect(s.user('acct-5')?.aliases).toEqual({ external_id: 'acct-5', salesforce_id: id });
  expect(s.user(id)).toMatchObject({ aliases: { external_id: id }, tags: {} });
});

test('an alias that a user of another record holds stays there, and the verdict names the record', async () => {
  const s = await startScenario({ prepare: siteIsAlias });
  const first = s.lead({ Website: 'example.org' });
  await s.settled();
  const second = s.lead({ Website: 'example.org' });
  await s.settled();
  expect(s.said(second)).toBe('Failed ALIAS_CLAIMED');
  expect(s.record(second).OneSignal_Sync_Detail__c).toContain(`it stands for Lead ${first}`);
  expect(s.user(first)?.aliases.site).toBe('example.org');
});

test('once the other record lets go of the alias, a Resync gets it', async () => {
  const s = await startScenario({ prepare: siteIsAlias });
  const first = s.lead({ Website: 'example.org' });
  await s.settled();
  const second = s.lead({ Website: 'example.org' });
  await s.settled();
  s.update(first, { Website: null });
  s.update(first, { Status: 'Working - Contacted' });
  await s.settled();
  s.update(second, { OneSignal_Sync_Requested_At__c: new Date(Date.now() + 5_000).toISOString() });
  await s.settled();
  expect(s.said(second)).toBe('Synced OK');
  expect(s.user(second)?.aliases.site).toBe('example.org');
});

test('a user that no record stands for, and that we never wrote to, keeps what it holds', async () => {
  const s = await startScenario({
    prepare(world) {
      siteIsAlias(world);
      world.onesignal.seedUser({ externalId: 'somebody', aliases: { site: 'example.org' } });
    },
  });
  const id = s.lead({ Website: 'example.org' });
  await s.settled();
  expect(s.said(id)).toBe('Failed ALIAS_CLAIMED');
  expect(s.record(id).OneSignal_Sync_Detail__c).toContain('no record stands for it');
  expect(s.user('somebody')?.aliases.site).toBe('example.org');
});

test('a further alias that OneSignal’s cap leaves no room for is named, and costs the record nothing else', async () => {
  const s = await startScenario({ prepare: siteIsAlias });
  const aliases = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`app_${index}`, `${index}`]));
  s.world.onesignal.seedUser({ externalId: 'member', aliases });
  const id = s.lead({ OneSignal_External_Id__c: 'member', Website: 'example.org' });
  await s.settled();
  expect(s.user('member')?.aliases).toEqual({ external_id: 'member', salesforce_id: id, ...aliases });
  expect(s.said(id)).toBe('Synced TAGS_LEFT_OUT');
  expect(s.record(id).OneSignal_Sync_Detail__c).toContain('left out: alias site.');
});
