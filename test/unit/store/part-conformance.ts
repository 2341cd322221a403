import { USER_GAP_MS } from '../../../relay/config/onesignal-limits.ts';
import type { OneProcess, SyncSample } from '../../emulators/one-process.ts';
import { CHANNEL, change, LEAD, leaseAll, leaseOne, makeDue, result, settled, T0, user } from './store-samples.ts';

const REFUSED = { code: 'PART_LOST' };

/** The write of each method that takes an epoch. */
const WRITES: Readonly<Record<string, (store: OneProcess) => Promise<unknown>>> = {
  commitEvents: (store) => makeDue(store, [change(LEAD)]),
  dropCursor: (store) => store.dropCursor(CHANNEL),
  commitReconciled: (store) => store.commitReconciled({ changes: [change(LEAD)], mark: T0, at: T0 }),
  leaveToBackfill: (store) => store.leaveToBackfill(undefined),
  leaseDue: (store) => leaseAll(store),
  claimUsers: (store) => store.claimUsers(['user-1']),
  'claimUsers, of leased records,': (store) => store.claimUsersOfLeases(['user-1']),
  commitSync: (store) => store.commitSync([result({ users: [user('user-1')] })], T0),
  trimJournal: (store) => store.trimJournal({ limit: 9, most: 0, forgetBefore: 0 }),
  commitWriteBacks: (store) => store.commitWriteBacks([{ kind: 'written', recordId: LEAD, version: 1 }]),
  takeRequest: (store) => store.takeRequest(),
};

export function describeParts(current: () => OneProcess): void {
  describe('a process’s part', () => {
    test('is the only one at first: it holds the subscription and all of the rate', async () => {
      const store = current();
      expect(await store.heartbeat()).toMatchObject({
        epoch: store.epoch,
        isSubscriber: true,
        hasSubscriber: true,
        members: 1,
        pausedUntil: 0,
      });
    });

    test.each(Object.keys(WRITES))('lets nothing through %s once it is over', async (name) => {
      const store = current();
      await store.leave();
      await expect(WRITES[name]?.(store)).rejects.toMatchObject(REFUSED);
      await expect(store.heartbeat()).rejects.toMatchObject(REFUSED);
      expect([await store.counts(), await store.mark()]).toMatchObject([{ due: 0 }, undefined]);
    });

    test('gives its records back when it ends in order, and its users after their rest', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      await leaseOne(store);
      await store.claimUsers(['user-1']);
      await store.leave();
      await store.leave();
      const next = await store.join();
      expect(next.epoch).toBeGreaterThan(store.epoch);
      const [lease] = await store.leaseDue({ epoch: next.epoch, limit: 9, now: store.now(), leaseMs: 60_000 });
      expect(lease?.recordId).toBe(LEAD);
    });

    test('settles nothing that was leased under another', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const { generation } = await leaseOne(store);
      await store.leave();
      const { epoch } = await store.join();
      const late: SyncSample = { ...result({ leases: [settled(LEAD, generation)] }) };
      await expect(store.commitSync([late], T0)).rejects.toMatchObject(REFUSED);
      const fromOther = { ...late, epoch, released: [] };
      await store.commitSync([fromOther], T0);
      expect((await store.counts()).due).toBe(1);
    });

    test('learns of a pause that OneSignal asked for; of two the longer counts', async () => {
      const store = current();
      await store.pauseOneSignal(T0 + 60_000);
      await store.pauseOneSignal(T0 + 1_000);
      expect((await store.heartbeat()).pausedUntil).toBe(T0 + 60_000);
    });
  });

  describe('claims on users', () => {
    const released = (key: string, freeAt: number, isInDoubt = false) =>
      result({ released: [{ key, freeAt, isInDoubt }] });

    test('a user that was let go tells the next who takes it until when it rests, and of an open doubt', async () => {
      const store = current();
      const first = await store.claimUsers(['user-1', 'user-2']);
      expect(first).toEqual([
        ['user-1', 'user-2'].map((key) => ({ key, freeAt: expect.any(Number), wasInterrupted: false })),
      ]);
      const freeAt = store.now() + USER_GAP_MS;
      await store.commitSync([released('user-1', freeAt), released('user-2', freeAt + 0.5, true)], T0);
      expect(await store.claimUsers(['user-1'], ['user-2'])).toEqual([
        [{ key: 'user-1', freeAt, wasInterrupted: false }],
        [{ key: 'user-2', freeAt: freeAt + 1, wasInterrupted: true }],
      ]);
    });

    test('a rest that OneSignal asked for and an open doubt outlast a claim on users of leased records', async () => {
      const store = current();
      await store.claimUsersOfLeases(['user-1'], ['user-2']);
      const freeAt = store.now() + 60_000;
      await store.commitSync([released('user-1', freeAt)], store.now());
      expect(await store.claimUsersOfLeases(['user-1'])).toEqual([[{ key: 'user-1', freeAt, wasInterrupted: false }]]);
      await store.commitSync([released('user-1', freeAt, true)], store.now());
      expect(await store.claimUsersOfLeases(['user-1'])).toEqual([[{ key: 'user-1', freeAt, wasInterrupted: true }]]);
    });

    test('what a claim said is forgotten once it says nothing any more', async () => {
      const store = current();
      await store.claimUsers(['user-1']);
      await store.commitSync([released('user-1', T0)], T0);
      await store.heartbeat();
      expect(await store.claimUsers(['user-1'])).toEqual([[{ key: 'user-1', freeAt: 0, wasInterrupted: false }]]);
    });

    test('no unit is no claim', async () => {
      expect(await current().claimUsers()).toEqual([]);
    });
  });
}
