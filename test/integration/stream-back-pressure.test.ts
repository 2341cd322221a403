import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RelayError } from '../../relay/config/relay-error.ts';
import type { Store } from '../../relay/store/store.ts';
import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

/** A store whose disk is full for as long as `isFull`. */
function fullStore() {
  const disk = { isFull: false, refusals: 0 };
  const wrapStore = (store: Store): Store => ({
    ...store,
    commitEvents(batch) {
      if (!disk.isFull) return store.commitEvents(batch);
      disk.refusals += 1;
      return Promise.reject(new RelayError('STORE_FAILED', 'The disk is full.'));
    },
  });
  return { disk, wrapStore };
}

const BURST = 40;

test('while the store takes nothing no more is asked for, /readyz says why, and it goes on by itself', async () => {
  const { disk, wrapStore } = fullStore();
  const s = await startScenario({ relay: { wrapStore } });
  const { stats } = s.world.salesforce;
  await s.until('a poll waits', () => stats.connects >= 2);
  disk.isFull = true;
  const ids = [s.lead()];
  await s.until('the store refused', () => disk.refusals > 0);
  const before = stats.connects;
  ids.push(...Array.from({ length: BURST }, () => s.lead()));
  await s.until('it refused again and again', () => disk.refusals >= 4);
  expect(stats.connects).toBe(before);
  expect(s.reasons()).toEqual(['STORE_FAILED']);
  expect(await s.relay.store.cursor('/event/OneSignal_Stage_Change__e')).toBeUndefined();
  disk.isFull = false;
  await s.settled();
  expect(new Set(ids.map(s.said))).toEqual(new Set(['Synced OK']));
  expect(s.reasons()).toEqual([]);
  expect(stats.deliveries).toBe(BURST + 1);
});

test('a store that refuses for longer than Salesforce waits costs the client, and no event is delivered twice', async () => {
  const { disk, wrapStore } = fullStore();
  const s = await startScenario({ relay: { wrapStore, streamTiming: { intakeMs: 200, waitScale: 0.01 } } });
  const { stats } = s.world.salesforce;
  await s.until('a poll waits', () => stats.connects >= 2);
  disk.isFull = true;
  const ids = Array.from({ length: BURST }, () => s.lead());
  await s.until('the client ended', () => s.reasons().includes('STREAM_NOT_SUBSCRIBED'));
  const { handshakes } = stats;
  const tried = disk.refusals;
  await s.until('the store refused again', () => disk.refusals >= tried + 2);
  expect(stats.handshakes).toBe(handshakes);
  expect(s.reasons().sort()).toEqual(['STORE_FAILED', 'STREAM_NOT_SUBSCRIBED']);
  disk.isFull = false;
  await s.settled();
  await s.until('all is ready', () => s.relay.relay.readiness().isReady);
  expect(new Set(ids.map(s.said))).toEqual(new Set(['Synced OK']));
  expect(stats.deliveries).toBe(BURST);
});

test('a stop while the store takes nothing ends, and what was not taken comes again after a start', async () => {
  const { disk, wrapStore } = fullStore();
  const s = await startScenario({ relay: { wrapStore } });
  const first = s.lead();
  await s.settled();
  disk.isFull = true;
  const second = s.lead();
  await s.until('the store refused', () => disk.refusals > 0);
  await s.stop();
  disk.isFull = false;
  await s.restart();
  await s.settled();
  expect([first, second].map(s.said)).toEqual(['Synced OK', 'Synced OK']);
});

test('a database that another program locks stops intake with its reason, and all goes on once it is free', async () => {
  const s = await startScenario();
  const { stats } = s.world.salesforce;
  await s.until('a poll waits', () => stats.connects >= 2);
  const other = new DatabaseSync(join(s.relay.dataDir, 'relay.db'));
  other.exec('BEGIN EXCLUSIVE');
  const ids = [s.lead(), s.lead()];
  await s.until('/readyz says why', () => s.reasons().includes('STORE_FAILED'));
  expect(other.prepare('SELECT count(*) AS n FROM cursors').get()).toEqual({ n: 0 });
  other.exec('ROLLBACK');
  other.close();
  await s.settled();
  expect(ids.map(s.said)).toEqual(['Synced OK', 'Synced OK']);
  await s.until('all is ready', () => s.reasons().length === 0);
});
