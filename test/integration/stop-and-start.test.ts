import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const WORKING = 'Working - Contacted';

describe('a stop', () => {
  test('loses nothing that happens until the next start', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    await s.stop();
    s.update(id, { Status: WORKING });
    const created = s.lead();
    await s.restart();
    await s.settled();
    expect(s.user(id)?.tags.sf_stage).toBe(WORKING);
    expect([id, created].map(s.said)).toEqual(['Synced OK', 'Synced OK']);
  });

  test('in the middle of 200 changes leads to the same end after the next start', async () => {
    const s = await startScenario({ world: { onesignal: { latencyMs: 100 } } });
    const ids = Array.from({ length: 200 }, () => s.lead());
    await s.until('it is in the middle', () => s.world.onesignal.stats.writes.length > 20);
    await s.stop();
    expect(s.world.onesignal.stats.writes.length).toBeLessThan(200);
    await s.restart();
    await s.settled();
    expect(new Set(ids.map(s.said))).toEqual(new Set(['Synced OK']));
    expect(s.world.onesignal.users.all()).toHaveLength(200);
    expect(s.world.onesignal.stats.count('create_user')).toBe(200);
  });

  test('does not wait for a request that OneSignal never answers', async () => {
    const s = await startScenario();
    s.world.onesignal.faults.hang(1, { call: 'create_user' });
    const id = s.lead();
    await s.until('the request hangs', () => s.world.onesignal.stats.count('create_user', 'hung') === 1);
    const began = Date.now();
    await s.stop();
    expect(Date.now() - began).toBeLessThan(10_000);
    await s.restart();
    await s.settled();
    expect(s.said(id)).toBe('Synced OK');
  });
});
