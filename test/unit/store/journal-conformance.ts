import type { JournalEntry } from '../../../relay/store/store.ts';
import type { OneProcess } from '../../emulators/one-process.ts';
import {
  CONTACT,
  change,
  LEAD,
  leaseOne,
  makeDue,
  OTHER_LEAD,
  result,
  settled,
  T0,
  user,
  verdict,
} from './store-samples.ts';

const entry = (recordId: string, n: number, at = T0 + n): JournalEntry => ({ recordId, at, entry: `{"n":${n}}` });
const GONE = { status: 'Skipped', reason: 'RECORD_DELETED', stage: null, answers: null, onesignalId: null } as const;

export function describeJournal(current: () => OneProcess): void {
  const write = (...journal: JournalEntry[]) => current().commitSync([result({ journal })], T0);
  const of = async (recordId: string, limit = 100) =>
    (await current().journal({ recordId, limit })).map(({ entry: json }) => JSON.parse(json).n);
  const trim = (given: { most?: number; forgetBefore?: number; limit?: number }) =>
    current().trimJournal({ limit: 100, most: 100, forgetBefore: 0, ...given });

  describe('the journal', () => {
    test('tells of a record what happened last first, and of no other', async () => {
      await write(entry(LEAD, 1), entry(OTHER_LEAD, 2), entry(LEAD, 3));
      expect(await of(LEAD)).toEqual([3, 1]);
      expect(await of(LEAD, 1)).toEqual([3]);
      expect(await current().journal({ recordId: OTHER_LEAD, limit: 1 })).toEqual([{ at: T0 + 2, entry: '{"n":2}' }]);
      expect(await of(CONTACT)).toEqual([]);
    });

    test('takes the write of a status only of a record that is in it', async () => {
      await write(entry(LEAD, 1));
      await current().commitWriteBacks([], [entry(LEAD, 2), entry(OTHER_LEAD, 3)]);
      expect(await of(LEAD)).toEqual([2, 1]);
      expect(await of(OTHER_LEAD)).toEqual([]);
    });

    test('keeps nothing of a record that is found gone, not even that', async () => {
      await write(entry(LEAD, 1), entry(OTHER_LEAD, 2));
      const verdicts = [verdict(LEAD, { ...GONE, inputHash: null, needsWriteBack: false })];
      await current().commitSync([result({ verdicts, journal: [entry(LEAD, 3)] })], T0);
      expect(await of(LEAD)).toEqual([]);
      expect(await of(OTHER_LEAD)).toEqual([2]);
    });

    test('is cut to its newest entries', async () => {
      await write(...[1, 2, 3, 4, 5].map((n) => entry(LEAD, n)));
      expect(await trim({ most: 2 })).toBe(3);
      expect(await of(LEAD)).toEqual([5, 4]);
      expect(await trim({ most: 2 })).toBe(0);
    });

    test('loses what is too old, a page at a time', async () => {
      await write(...[1, 2, 3, 4].map((n) => entry(LEAD, n)));
      expect(await trim({ forgetBefore: T0 + 4, limit: 2 })).toBe(2);
      expect(await of(LEAD)).toEqual([4, 3]);
      expect(await trim({ forgetBefore: T0 + 4, limit: 2 })).toBe(1);
      expect(await of(LEAD)).toEqual([4]);
    });

    test('counts among the rows of the store', async () => {
      await write(entry(LEAD, 1), entry(LEAD, 2));
      await current().saveHistory({ at: T0, process: 1, counts: '{}' }, 0);
      expect((await current().size()).rows).toMatchObject({ journal: 2, history: 1 });
    });
  });

  describe('what made a record due', () => {
    test('is the first cause since it is due, and that of the next change once it has its verdict', async () => {
      const store = current();
      await makeDue(store, [change(LEAD, { cause: 'StageChanged' }), change(LEAD, { cause: 'DetailsChanged' })]);
      await makeDue(store, [change(LEAD, { cause: 'Reconcile' })]);
      const lease = await leaseOne(store);
      expect(lease.cause).toBe('StageChanged');
      await store.commitSync([result({ leases: [settled(LEAD, lease.generation)] })], T0);
      await makeDue(store, [change(LEAD, { cause: 'ResyncRequested' })]);
      expect((await leaseOne(store)).cause).toBe('ResyncRequested');
    });

    test('is that of the change that came while it was under work', async () => {
      const store = current();
      await makeDue(store, [change(LEAD, { cause: 'Created' })]);
      const { generation } = await leaseOne(store);
      await makeDue(store, [change(LEAD, { cause: 'StageChanged' })]);
      await store.commitSync([result({ leases: [settled(LEAD, generation)] })], T0);
      expect((await leaseOne(store)).cause).toBe('StageChanged');
    });
  });

  describe('the history', () => {
    const row = (at: number, process: number, counts = '{}') => ({ at, process, counts });

    test('has a row for each process and minute, oldest first, and writes one anew', async () => {
      const store = current();
      await store.saveHistory(row(T0 + 60_000, 1, '{"a":1}'), 0);
      await store.saveHistory(row(T0, 2), 0);
      await store.saveHistory(row(T0, 1), 0);
      await store.saveHistory(row(T0 + 60_000, 1, '{"a":2}'), 0);
      expect(await store.history(T0)).toEqual([row(T0, 1), row(T0, 2), row(T0 + 60_000, 1, '{"a":2}')]);
      expect(await store.history(T0 + 1)).toEqual([row(T0 + 60_000, 1, '{"a":2}')]);
    });

    test('forgets what is too old', async () => {
      const store = current();
      await store.saveHistory(row(T0, 1), 0);
      await store.saveHistory(row(T0 + 60_000, 1), T0 + 1);
      expect(await store.history(0)).toEqual([row(T0 + 60_000, 1)]);
    });
  });

  describe('where a record stands', () => {
    test('is told of records that are known, in the order that was asked for', async () => {
      const store = current();
      await makeDue(store, [change(OTHER_LEAD)]);
      const links = [{ recordId: LEAD, object: 'Lead', userKey: 'user-1' } as const];
      const users = [user('user-1', { onesignalId: 'os-1' })];
      await store.commitSync([result({ links, users, verdicts: [verdict(LEAD, { onesignalId: 'old' })] })], T0);
      const [first, second, ...others] = await store.recordStates([OTHER_LEAD, CONTACT, LEAD]);
      expect(others).toEqual([]);
      expect(first).toEqual({
        recordId: OTHER_LEAD,
        object: 'Lead',
        isDue: true,
        userKey: null,
        onesignalId: null,
        verdict: undefined,
      });
      expect(second).toEqual({
        recordId: LEAD,
        object: 'Lead',
        isDue: false,
        userKey: 'user-1',
        onesignalId: 'os-1',
        verdict: {
          status: 'Synced',
          reason: 'OK',
          detail: 'OneSignal holds this stage. Nothing to do.',
          stage: 'Working',
          decidedAt: T0,
          isWritten: false,
          writeBackError: null,
        },
      });
    });

    test('says whether Salesforce took the status, and why not', async () => {
      const store = current();
      await store.commitSync([result({ links: [{ ...change(LEAD), userKey: 'u' }], verdicts: [verdict(LEAD)] })], T0);
      const written = async () => (await store.recordStates([LEAD]))[0]?.verdict;
      const refused = { kind: 'refused', statusCode: 'X_RULE', notBefore: T0 } as const;
      await store.commitWriteBacks([{ ...refused, recordId: LEAD, version: 1 }]);
      expect(await written()).toMatchObject({ isWritten: false, writeBackError: 'X_RULE' });
      await store.commitWriteBacks([{ kind: 'written', recordId: LEAD, version: 1 }]);
      expect(await written()).toMatchObject({ isWritten: true, writeBackError: null });
    });

    test('users are found by their OneSignal id', async () => {
      const store = current();
      await store.commitSync([result({ users: [user('a', { onesignalId: 'os-1' }), user('b')] })], T0);
      expect(await store.usersWithOneSignalId('os-1')).toEqual(['a']);
      expect(await store.usersWithOneSignalId('os-2')).toEqual([]);
    });

    test('failures are counted by reason, a refused status as one, the most frequent first', async () => {
      const store = current();
      const failed = { status: 'Failed', reason: 'TAG_LIMIT' } as const;
      await store.commitSync(
        [result({ verdicts: [verdict(LEAD), verdict(OTHER_LEAD, failed), verdict(CONTACT, failed)] })],
        T0,
      );
      await store.commitWriteBacks([{ kind: 'refused', recordId: LEAD, version: 1, statusCode: 'X', notBefore: T0 }]);
      expect(await store.countDeadLetters()).toEqual([
        { reason: 'TAG_LIMIT', count: 2 },
        { reason: 'WRITE_BACK_REFUSED', count: 1 },
      ]);
    });
  });
}
