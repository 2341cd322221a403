import type { World } from '../emulators/world.ts';
import { endScenario, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const [FIRST, WORKING] = ['Open - Not Contacted', 'Working - Contacted'];

/** A paid plan with ten tags for a user, of which the mapping fills four. */
const TEN_TAGS = {
  world: { onesignal: { plan: 'growth' } },
  prepare({ org, relayUser }: World): void {
    relayUser.isAdministrator = true;
    org.setSettings({ Max_Tags__c: 10 });
    for (const [order, field] of ['City', 'Country'].entries())
      org.putMetadataRow('OneSignal_Tag_Mapping__mdt', field, {
        Object_Name__c: 'Lead',
        Field__c: field,
        Kind__c: 'Tag',
        Tag__c: field.toLowerCase(),
        Order__c: order,
        Is_Active__c: true,
      });
  },
} as const;

/** Somebody whose app has set so many tags. */
function member(s: Scenario, count: number): string {
  const tags = Object.fromEntries(Array.from({ length: count }, (_, index) => [`app_${index}`, 'set']));
  s.world.onesignal.seedUser({ externalId: 'member', tags });
  return s.lead({ OneSignal_External_Id__c: 'member', City: 'Lagos', Country: 'Nigeria' });
}

const ours = (s: Scenario) =>
  Object.fromEntries(Object.entries(s.user('member')?.tags ?? {}).filter(([key]) => !key.startsWith('app_')));
const tagWrites = (s: Scenario) => s.world.onesignal.history('member').filter(({ call }) => call === 'update_user');

test('where the app’s own tags leave too little room, the first of ours are kept and the record names the others', async () => {
  const s = await startScenario(TEN_TAGS);
  const id = member(s, 7);
  await s.settled();
  expect(ours(s)).toEqual({ sf_stage: FIRST, sf_stage_at: expect.any(String), city: 'Lagos' });
  expect(s.said(id)).toBe('Synced TAGS_LEFT_OUT');
  expect(s.record(id).OneSignal_Sync_Detail__c).toContain('left out: country.');
});

test('what was learned of the room is kept: the next change is one request', async () => {
  const s = await startScenario(TEN_TAGS);
  const id = member(s, 7);
  await s.settled();
  const before = tagWrites(s).length;
  s.update(id, { Status: WORKING });
  await s.settled();
  expect(s.said(id)).toBe('Synced TAGS_LEFT_OUT');
  expect(ours(s)).toMatchObject({ sf_stage: WORKING, city: 'Lagos' });
  expect(tagWrites(s).length - before).toBe(1);
  expect(s.world.onesignal.stats.count('view_user')).toBe(1);
});

test('with room for one tag the stage is it', async () => {
  const s = await startScenario(TEN_TAGS);
  const id = member(s, 9);
  await s.settled();
  expect(ours(s)).toEqual({ sf_stage: FIRST });
  expect(s.said(id)).toBe('Synced TAGS_LEFT_OUT');
});

test('a plan that allows fewer tags than the settings say is found out too', async () => {
  const s = await startScenario({ ...TEN_TAGS, world: { onesignal: { plan: 'growth', maxTags: 3 } } });
  const id = member(s, 1);
  await s.settled();
  expect(ours(s)).toEqual({ sf_stage: FIRST, sf_stage_at: expect.any(String) });
  expect(s.said(id)).toBe('Synced TAGS_LEFT_OUT');
});

test('a Resync tries all tags again', async () => {
  const s = await startScenario(TEN_TAGS);
  const id = member(s, 7);
  await s.settled();
  const refused = s.world.onesignal.stats.count('update_user', 409);
  s.update(id, { OneSignal_Sync_Requested_At__c: new Date(Date.now() + 5_000).toISOString() });
  await s.settled();
  expect(s.world.onesignal.stats.count('update_user', 409)).toBe(refused + 1);
  expect(s.said(id)).toBe('Synced TAGS_LEFT_OUT');
});
