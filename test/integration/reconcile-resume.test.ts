import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

test('after a pause a crowd of more than 1,000 does not hold up who changes now', async () => {
  const s = await startScenario({ relay: { setupEveryMs: 50 } });
  s.world.org.setSettings({ Is_Paused__c: true });
  await s.until('the pause is known', () => s.reasons().includes('PAUSED'));
  const crowd = Array.from({ length: 1_200 }, () => s.lead());
  expect(await s.relay.store.counts()).toMatchObject({ due: 0 });
  s.world.org.setSettings(undefined);
  await s.until('the crowd is due', async () => (await s.relay.store.counts()).due > 1_000);
  const changed = s.lead();
  await s.settled();
  const syncedAt = (id: string) => s.world.onesignal.history(id)[0]?.appliedAt ?? Number.NaN;
  const behind = crowd.filter((id) => syncedAt(id) > syncedAt(changed));
  // The first 1,000 are treated like live changes; the others have the rate that live ones leave.
  expect(behind.length).toBeGreaterThanOrEqual(150);
  expect(new Set(crowd.map(s.said))).toEqual(new Set(['Synced OK']));
});
