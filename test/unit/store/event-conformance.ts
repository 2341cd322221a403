import type { ObjectName } from '../../../relay/mapping/record.ts';
import type { OneProcess } from '../../emulators/one-process.ts';
import {
  CHANNEL,
  CONTACT,
  change,
  LEAD,
  leaseAll,
  leaseOne,
  makeDue,
  OTHER_LEAD,
  result,
  settled,
  T0,
} from './store-samples.ts';

const ORG = '00D000000000001EAA';
const APP = '00000000-0000-4000-8000-000000000001';

export function describeEventsAndOwner(current: () => OneProcess): void {
  describe('events, cursor and mark', () => {
    test('events and the cursor are committed together', async () => {
      const store = current();
      expect(await store.cursor(CHANNEL)).toBeUndefined();
      await store.commitEvents({ channel: CHANNEL, replayId: '17', changes: [change(LEAD)], receivedAt: T0 });
      expect(await store.cursor(CHANNEL)).toBe('17');
      expect((await leaseAll(store)).map(({ recordId }) => recordId)).toEqual([LEAD]);
    });

    test('a batch that fails half way leaves neither its records nor its cursor', async () => {
      const store = current();
      await store.commitEvents({ channel: CHANNEL, replayId: '17', changes: [], receivedAt: T0 });
      const broken = { ...change(OTHER_LEAD), object: null as unknown as ObjectName };
      const batch = { channel: CHANNEL, replayId: '18', changes: [change(LEAD), broken], receivedAt: T0 };
      await expect(store.commitEvents(batch)).rejects.toMatchObject({ code: 'STORE_FAILED' });
      expect(await store.cursor(CHANNEL)).toBe('17');
      expect((await store.counts()).due).toBe(0);
      await makeDue(store, [change(LEAD)]);
      expect((await store.counts()).due).toBe(1);
    });

    test('a batch without a replay id leaves the cursor, and each channel has its own', async () => {
      const store = current();
      await store.commitEvents({ channel: CHANNEL, replayId: '17', changes: [], receivedAt: T0 });
      await store.commitEvents({ channel: CHANNEL, replayId: undefined, changes: [], receivedAt: T0 });
      await store.commitEvents({ channel: '/event/Other__chn', replayId: '3', changes: [], receivedAt: T0 });
      expect(await store.cursor(CHANNEL)).toBe('17');
      await store.dropCursor(CHANNEL);
      expect(await store.cursor(CHANNEL)).toBeUndefined();
      expect(await store.cursor('/event/Other__chn')).toBe('3');
    });

    test('a replay id is kept as text, however long it is', async () => {
      const store = current();
      const replayId = '"AAAAAAAB2qIAAAAAAAAAAAAA-9007199254740993"';
      await store.commitEvents({ channel: CHANNEL, replayId, changes: [], receivedAt: T0 });
      expect(await store.cursor(CHANNEL)).toBe(replayId);
    });

    test('what a first start left to a backfill is kept until it is told otherwise', async () => {
      const store = current();
      expect(await store.leftToBackfill()).toBeUndefined();
      await store.leaveToBackfill({ count: 1_001, before: T0 });
      expect(await store.leftToBackfill()).toEqual({ count: 1_001, before: T0 });
      await store.leaveToBackfill(undefined);
      expect(await store.leftToBackfill()).toBeUndefined();
    });

    test('a reconcile pass makes records due at once and moves the mark only when it is complete', async () => {
      const store = current();
      expect(await store.mark()).toBeUndefined();
      await store.commitReconciled({ changes: [change(LEAD)], mark: undefined, at: T0 });
      expect(await store.mark()).toBeUndefined();
      await store.commitReconciled({ changes: [], mark: T0 + 5, at: T0 });
      expect(await store.mark()).toBe(T0 + 5);
      expect((await store.counts()).due).toBe(1);
    });
  });

  describe('owner', () => {
    test('the first org and app own it; they may come back, others may not', async () => {
      const store = current();
      await store.bind({ orgId: ORG, appId: APP });
      await store.bind({ orgId: ORG, appId: APP });
      const otherOrg = store.bind({ orgId: '00D000000000002EAA', appId: APP });
      await expect(otherOrg).rejects.toMatchObject({ code: 'STORE_OTHER_ORG' });
      await expect(otherOrg).rejects.toThrow(ORG);
      const otherApp = store.bind({ orgId: ORG, appId: '00000000-0000-4000-8000-000000000002' });
      await expect(otherApp).rejects.toMatchObject({ code: 'STORE_OTHER_APP' });
      await store.bind({ orgId: ORG, appId: APP });
    });
  });

  describe('what reconcile asks for', () => {
    test('a record that nobody named is unknown, a due one is known without a verdict', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const known = await store.knownRecords([LEAD, CONTACT]);
      expect([...known.keys()]).toEqual([LEAD]);
      expect(known.get(LEAD)).toMatchObject({ recordId: LEAD, isDue: true, verdict: undefined });
      expect((await store.knownRecords([])).size).toBe(0);
    });

    test('a due record is under work from its lease on until that is settled or put back', async () => {
      const store = current();
      const isUnderWork = async () => (await store.knownRecords([LEAD])).get(LEAD)?.isUnderWork;
      await makeDue(store, [change(LEAD)]);
      expect(await isUnderWork()).toBe(false);
      const { generation } = await leaseOne(store);
      expect(await isUnderWork()).toBe(true);
      await store.commitSync([result({ leases: [settled(LEAD, generation)] })], T0);
      expect(await isUnderWork()).toBe(false);
    });
  });
}
