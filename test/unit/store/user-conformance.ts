import type { OneProcess } from '../../emulators/one-process.ts';
import { CONTACT, change, LEAD, leaseOne, makeDue, OTHER_LEAD, result, T0, user } from './store-samples.ts';

export function describeUsers(current: () => OneProcess): void {
  describe('users and links', () => {
    test('a user comes back as it was saved, the last save counts, and a forgotten one is gone', async () => {
      const store = current();
      const first = user('straße/名前', {
        onesignalId: 'os-1',
        tags: { sf_stage: 'h1', 'with "quotes"': 'h2' },
        aliases: { salesforce_id: LEAD },
        createdAt: T0,
        assertAt: T0 + 9,
        inherited: { crm_id: 'a' },
        retireAt: T0 + 7,
        tagRoom: { count: 3, version: 'm1' },
      });
      await store.commitSync([result({ users: [first, user('user-2')] })], T0);
      expect((await store.users([first.key, 'nobody'])).get(first.key)).toEqual(first);
      await store.commitSync([result({ users: [{ ...first, assertAt: null, tags: {} }] })], T0);
      expect((await store.users([first.key])).get(first.key)).toMatchObject({ assertAt: null, tags: {} });
      await store.commitSync([result({ forgottenUsers: [first.key] })], T0);
      expect([...(await store.users([first.key, 'user-2'])).keys()]).toEqual(['user-2']);
      expect((await store.users([])).size).toBe(0);
    });

    test('records are found by the user they stand for now', async () => {
      const store = current();
      const links = [LEAD, OTHER_LEAD, CONTACT].map((id) => ({ ...change(id), userKey: 'user-1' }));
      await store.commitSync([result({ links })], T0);
      await store.commitSync([result({ links: [{ ...change(LEAD), userKey: 'user-2' }] })], T0);
      await store.commitSync([result({ links: [{ ...change(CONTACT), userKey: null }] })], T0);
      const found = async (userKeys: string[], recordIds: string[]) =>
        (await store.linkedRecords({ userKeys, recordIds })).map(({ recordId, userKey }) => [recordId, userKey]).sort();
      const [moved, left] = [
        [LEAD, 'user-2'],
        [OTHER_LEAD, 'user-1'],
      ];
      expect(await found(['user-1', 'user-2'], [])).toEqual([moved, left]);
      // A record that another one brought along: the user that it stood for must not be forgotten.
      expect(await found(['user-1'], [LEAD, OTHER_LEAD, CONTACT])).toEqual([moved, left]);
      expect(await found([], [LEAD])).toEqual([moved]);
    });

    test('a link makes no record due, and a due record tells its user', async () => {
      const store = current();
      await store.commitSync([result({ links: [{ ...change(LEAD), userKey: 'user-1' }] })], T0);
      expect((await store.counts()).due).toBe(0);
      await makeDue(store, [change(LEAD)]);
      expect((await leaseOne(store)).userKey).toBe('user-1');
    });
  });

  test('users that may go are named when their time has come, the longest waiting first', async () => {
    const store = current();
    const users = [3, 1, 2].map((n) => user(`user-${n}`, { retireAt: T0 + n }));
    await store.commitSync([result({ users })], T0);
    expect(await store.usersToRetire({ limit: 9, now: T0 })).toEqual([]);
    expect(await store.usersToRetire({ limit: 2, now: T0 + 9 })).toEqual(['user-1', 'user-2']);
    await store.commitSync([result({ users: [user('user-1')] })], T0);
    expect(await store.usersToRetire({ limit: 9, now: T0 + 9 })).toEqual(['user-2', 'user-3']);
  });

  describe('assertions', () => {
    test('a doubtful user is named when its time has come, until a commit ends it', async () => {
      const store = current();
      await store.commitSync([result({ users: [user('user-1', { assertAt: T0 + 100 }), user('user-2')] })], T0);
      expect(await store.usersToAssert({ limit: 9, now: T0 + 99 })).toEqual([]);
      expect((await store.nextAttemptAt()).sync).toBe(T0 + 100);
      expect(await store.usersToAssert({ limit: 9, now: T0 + 100 })).toEqual(['user-1']);
      await store.commitSync([result({ users: [user('user-1', { assertAt: null })] })], T0 + 100);
      expect(await store.usersToAssert({ limit: 9, now: T0 + 1_000 })).toEqual([]);
    });

    test('no more are named than asked for, the longest waiting first', async () => {
      const store = current();
      const users = [3, 1, 2].map((n) => user(`user-${n}`, { assertAt: T0 + n }));
      await store.commitSync([result({ users })], T0);
      expect(await store.usersToAssert({ limit: 2, now: T0 + 9 })).toEqual(['user-1', 'user-2']);
    });
  });
}
