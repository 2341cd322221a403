import type { OneProcess } from '../../emulators/one-process.ts';
import {
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

export function describeDueRecords(current: () => OneProcess): void {
  describe('due records', () => {
    test('a settled record is due no longer', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const { generation } = await leaseOne(store);
      await store.commitSync([result({ leases: [settled(LEAD, generation)] })], T0 + 1);
      expect(await leaseAll(store, T0 + 1_000_000)).toEqual([]);
      expect((await store.counts()).due).toBe(0);
      expect(await store.nextAttemptAt()).toEqual({ sync: undefined, writeBack: undefined });
    });

    test('a record that became due again while it was leased stays due when the old generation is settled', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const first = await leaseOne(store);
      await makeDue(store, [change(LEAD, { isForced: true })], T0 + 10);
      expect(await leaseAll(store, T0 + 20)).toEqual([]);
      await store.commitSync([result({ leases: [settled(LEAD, first.generation)] })], T0 + 30);
      const second = await leaseOne(store, T0 + 30);
      expect(second.generation).toBeGreaterThan(first.generation);
      expect(second).toMatchObject({ isForced: true, dueSince: T0 + 10, attempts: 0 });
    });

    test('the time since which it is due is that of the first unanswered change', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)], T0);
      await makeDue(store, [change(LEAD)], T0 + 500);
      expect((await leaseOne(store, T0 + 500)).dueSince).toBe(T0);
    });

    test('live records are leased before bulk ones, oldest first', async () => {
      const store = current();
      await makeDue(store, [change(OTHER_LEAD, { lane: 'bulk' })], T0);
      await makeDue(store, [change(LEAD)], T0 + 2);
      await makeDue(store, [change(CONTACT)], T0 + 1);
      const take = async () => (await leaseAll(store, T0 + 9, 1)).map(({ recordId, lane }) => [recordId, lane]);
      expect(await take()).toEqual([[CONTACT, 'live']]);
      expect(await take()).toEqual([[LEAD, 'live']]);
      expect(await take()).toEqual([[OTHER_LEAD, 'bulk']]);
      expect(await take()).toEqual([]);
    });

    test('a record that changes again while it waits keeps its place before one that came meanwhile', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)], T0);
      await makeDue(store, [change(CONTACT)], T0 + 1);
      await makeDue(store, [change(LEAD)], T0 + 2);
      expect((await leaseAll(store, T0 + 9, 1)).map(({ recordId }) => recordId)).toEqual([LEAD]);
    });

    test('one lease fills up with bulk records', async () => {
      const store = current();
      await makeDue(store, [change(OTHER_LEAD, { lane: 'bulk' }), change(LEAD)], T0);
      expect((await leaseAll(store, T0)).map(({ recordId }) => recordId)).toEqual([LEAD, OTHER_LEAD]);
    });

    test('a live change lifts a record out of the bulk lane, and a bulk one does not push it back', async () => {
      const store = current();
      await makeDue(store, [change(LEAD, { lane: 'bulk' })], T0);
      await makeDue(store, [change(LEAD, { lane: 'live' })], T0);
      await makeDue(store, [change(LEAD, { lane: 'bulk' })], T0);
      expect((await leaseOne(store)).lane).toBe('live');
    });

    test('a request to send stays until the record is settled, and no longer', async () => {
      const store = current();
      await makeDue(store, [change(LEAD, { isForced: true })]);
      await makeDue(store, [change(LEAD, { isForced: false })]);
      const lease = await leaseOne(store);
      expect(lease.isForced).toBe(true);
      await store.commitSync([result({ leases: [settled(LEAD, lease.generation)] })], T0 + 1);
      await makeDue(store, [change(LEAD)], T0 + 2);
      expect((await leaseOne(store, T0 + 2)).isForced).toBe(false);
    });

    test('a lease that runs out frees the record, and not before', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const first = await leaseOne(store);
      expect(await leaseAll(store, T0 + 59_999)).toEqual([]);
      expect((await leaseOne(store, T0 + 60_000)).generation).toBe(first.generation);
    });

    test('a postponed record waits until its time and counts its attempts', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const postponed = async (now: number, countsAsAttempt: boolean, notBefore: number) => {
        const { generation } = await leaseOne(store, now);
        const lease = { kind: 'postponed', recordId: LEAD, generation, notBefore, countsAsAttempt } as const;
        await store.commitSync([result({ leases: [lease] })], now);
      };
      await postponed(T0, true, T0 + 100);
      expect(await leaseAll(store, T0 + 99)).toEqual([]);
      expect((await store.nextAttemptAt()).sync).toBe(T0 + 100);
      await postponed(T0 + 100, false, T0 + 200);
      await postponed(T0 + 200, true, T0 + 300);
      expect((await leaseOne(store, T0 + 300)).attempts).toBe(2);
    });

    test('a wait with a fraction of a millisecond is taken', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const { generation } = await leaseOne(store);
      const notBefore = T0 + 100.25;
      const lease = { kind: 'postponed', recordId: LEAD, generation, notBefore, countsAsAttempt: true } as const;
      await store.commitSync([result({ leases: [lease] })], T0);
      expect(await leaseAll(store, T0 + 100)).toEqual([]);
      expect((await leaseOne(store, T0 + 101)).attempts).toBe(1);
    });

    test('a change ends the wait of a postponed record, and its attempts start anew', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const { generation } = await leaseOne(store);
      const lease = { kind: 'postponed', recordId: LEAD, generation, countsAsAttempt: true } as const;
      await store.commitSync([result({ leases: [{ ...lease, notBefore: T0 + 60_000 }] })], T0);
      await makeDue(store, [change(LEAD)], T0 + 5);
      expect(await leaseOne(store, T0 + 5)).toMatchObject({ attempts: 0, dueSince: T0 });
    });

    test('a record that changed while it was worked on is not made to wait for the old state', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const { generation } = await leaseOne(store);
      await makeDue(store, [change(LEAD)], T0 + 5);
      const lease = { kind: 'postponed', recordId: LEAD, generation, countsAsAttempt: true } as const;
      await store.commitSync([result({ leases: [{ ...lease, notBefore: T0 + 60_000 }] })], T0 + 10);
      expect((await leaseOne(store, T0 + 10)).attempts).toBe(0);
    });

    test('the newest stage time is kept, whatever the order of the events', async () => {
      const store = current();
      const hint = (stage: string, changedAt: string) => change(LEAD, { hint: { stage, changedAt } });
      await makeDue(store, [hint('MQL', '2026-11-24T10:00:02.000Z')]);
      await makeDue(store, [hint('Working', '2026-11-24T10:00:01.000Z'), change(LEAD)]);
      expect((await leaseOne(store)).hint).toEqual({ stage: 'MQL', changedAt: '2026-11-24T10:00:02.000Z' });
    });

    test('evidence of a deletion stays until the record is seen', async () => {
      const store = current();
      await makeDue(store, [change(LEAD, { isDeletion: true }), change(LEAD)]);
      const first = await leaseOne(store);
      expect(first.hasDeletionEvidence).toBe(true);
      await store.commitSync([result({ leases: [settled(LEAD, first.generation, false)] })], T0);
      await makeDue(store, [change(LEAD)], T0 + 1);
      const second = await leaseOne(store, T0 + 1);
      expect(second.hasDeletionEvidence).toBe(true);
      await store.commitSync([result({ leases: [settled(LEAD, second.generation, true)] })], T0 + 2);
      await makeDue(store, [change(LEAD)], T0 + 3);
      expect((await leaseOne(store, T0 + 3)).hasDeletionEvidence).toBe(false);
    });

    test('a deletion that comes while the record is read as there is not forgotten', async () => {
      const store = current();
      await makeDue(store, [change(LEAD)]);
      const { generation } = await leaseOne(store);
      await makeDue(store, [change(LEAD, { isDeletion: true })], T0 + 1);
      await store.commitSync([result({ leases: [settled(LEAD, generation, true)] })], T0 + 2);
      expect((await leaseOne(store, T0 + 2)).hasDeletionEvidence).toBe(true);
    });

    test('a record seen beside another one loses old evidence of a deletion', async () => {
      const store = current();
      await makeDue(store, [change(CONTACT, { isDeletion: true })]);
      const gone = await leaseOne(store);
      await store.commitSync([result({ leases: [settled(CONTACT, gone.generation, false)] })], T0);
      await store.commitSync([result({ links: [{ ...change(CONTACT), userKey: 'user-1' }] })], T0 + 1);
      const [linked] = await store.linkedRecords({ userKeys: ['user-1'], recordIds: [] });
      expect(linked).toMatchObject({ recordId: CONTACT, hasDeletionEvidence: false });
    });

    test('a record that is due keeps the evidence when it is seen beside another one', async () => {
      const store = current();
      await makeDue(store, [change(CONTACT, { isDeletion: true })]);
      await store.commitSync([result({ links: [{ ...change(CONTACT), userKey: 'user-1' }] })], T0 + 1);
      expect((await leaseOne(store, T0 + 1)).hasDeletionEvidence).toBe(true);
    });

    test('a record whose user is not done is due from its time on, unless it is due already', async () => {
      const store = current();
      await makeDue(store, [change(CONTACT)]);
      const links = [LEAD, CONTACT].map((recordId) => ({ ...change(recordId), userKey: 'user-1' }));
      const alsoDue = [LEAD, CONTACT].map((recordId) => ({ recordId, notBefore: T0 + 500 }));
      await store.commitSync([result({ links, alsoDue })], T0 + 1);
      const due = async (at: number) =>
        (await leaseAll(store, at)).map(({ recordId, dueSince }) => [recordId, dueSince]);
      expect(await due(T0 + 499)).toEqual([[CONTACT, T0]]);
      expect(await due(T0 + 500)).toEqual([[LEAD, T0 + 1]]);
    });
  });
}
