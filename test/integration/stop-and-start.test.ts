import { startRelay } from '../emulators/running-relay.ts';
import { startWorld } from '../emulators/world.ts';
import { startFaultGate } from '../faults/fault-gate.ts';
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
    // At the usual limit a busy machine may have sent them all before the stop is heard of.
    const relay = { variables: { ONESIGNAL_REQUESTS_PER_SECOND: '100' } };
    const s = await startScenario({ relay, world: { onesignal: { latencyMs: 100 } } });
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

  test('does not wait for a status write that Salesforce never answers, which is done again after the next start', async () => {
    const world = await startWorld();
    let isHung = false;
    const gate = await startFaultGate({
      target: world.salesforce.url,
      onRequest({ path }) {
        if (!path.includes('/composite/')) return undefined;
        isHung = true;
        return { kind: 'stall', ms: 120_000 };
      },
      rewrite: (_, text) => text.replaceAll(world.salesforce.url, gate.url),
    });
    const relay = await startRelay(world, { variables: { SALESFORCE_LOGIN_URL: gate.url } });
    const id = String(world.org.create('Lead', { LastName: 'Okafor', Company: 'Acme' }, world.seller).id);
    await relay.until('the write hangs', () => isHung);
    await relay.stop({ keepData: true });
    const again = await startRelay(world, { dataDir: relay.dataDir });
    await again.settled();
    expect(world.org.peek('Lead', id)?.OneSignal_Sync_Status__c).toBe('Synced');
    await again.stop();
    await gate.close();
    await world.close();
  });
});
