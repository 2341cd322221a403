import { MOST_ATTEMPTS } from '../../relay/pipeline/retries/retry-table.ts';
import type { Store } from '../../relay/store/store.ts';
import { SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

test('an outage is one warning and one line that it is over, however many records it meets', async () => {
  const told: string[] = [];
  const tell = (message: string) => void told.push(message);
  const logger = { ...SILENT_LOGGER, info: tell, warn: tell, error: tell };
  const s = await startScenario({ relay: { logger } });
  told.length = 0;
  s.world.onesignal.faults.down();
  const ids = Array.from({ length: 300 }, () => s.lead());
  await s.until('the outage shows', () => s.reasons().includes('ONESIGNAL_UNREACHABLE'));
  await s.until('it was asked again', () => s.world.onesignal.stats.count('view_user') >= 2);
  s.world.onesignal.faults.up();
  await s.settled();
  expect(new Set(ids.map(s.said))).toEqual(new Set(['Synced OK']));
  expect(told).toEqual([expect.stringContaining('stands still'), expect.stringContaining('works again')]);
});

/** The store, in which one record has one try left: its first nine would take minutes. */
function lastTryFor(store: Store, recordId: () => string): Store {
  const leaseDue: Store['leaseDue'] = async (request) => {
    const leases = await store.leaseDue(request);
    return leases.map((lease) => (lease.recordId === recordId() ? { ...lease, attempts: MOST_ATTEMPTS - 1 } : lease));
  };
  return { ...store, leaseDue };
}

test('a record that OneSignal always fails on becomes a dead letter that says what to do, and a Resync works on it', async () => {
  let poison = '';
  const s = await startScenario({
    relay: { wrapStore: (store) => lastTryFor(store, () => poison) },
  });
  poison = s.lead();
  s.world.onesignal.faults.answer(1, { status: 500, body: 'no' }, { call: 'create_user' });
  await s.until('it has failed', () => s.said(poison) === 'Failed ONESIGNAL_ERROR');
  expect(s.record(poison).OneSignal_Sync_Detail__c).toMatch(/HTTP 500.*Choose Resync when OneSignal is well again\./);
  await s.relay.relay.measure();
  expect((await s.relay.metrics.deadLetters.get()).values[0]?.value).toBe(1);
  const others = Array.from({ length: 10 }, () => s.lead());
  await s.settled();
  expect(new Set(others.map(s.said))).toEqual(new Set(['Synced OK']));
  expect(s.reasons()).toEqual([]);
  const requestedAt = Date.parse(String(s.record(poison).OneSignal_Sync_Requested_At__c));
  s.update(poison, { OneSignal_Sync_Requested_At__c: new Date(requestedAt + 1_000).toISOString() });
  await s.settled();
  expect(s.said(poison)).toBe('Synced OK');
  await s.relay.relay.measure();
  expect((await s.relay.metrics.deadLetters.get()).values[0]?.value).toBe(0);
});
