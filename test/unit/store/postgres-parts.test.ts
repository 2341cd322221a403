import { DOUBT_MS, USER_GAP_MS } from '../../../relay/config/onesignal-limits.ts';
import { PART_MS } from '../../../relay/store/part-times.ts';
import { holdParts, lockMembership } from '../../../relay/store/postgres-parts.ts';
import type { Store } from '../../../relay/store/store.ts';
import { asConnection, batch, claim, lease, released, severalProcesses, sync, unitsOf } from './postgres-processes.ts';
import { CHANNEL, change, LEAD, OTHER_LEAD, T0, user, verdict } from './store-samples.ts';

const { schema, url, query, openStore, startProcess, lapse } = severalProcesses();

describe('the part of a process that was frozen', () => {
  test('goes to another, which takes the subscription and hears of the rest it has to keep', async () => {
    const first = await startProcess();
    const second = await startProcess();
    expect(await second.store.heartbeat(second.epoch)).toMatchObject({
      isSubscriber: false,
      hasSubscriber: true,
      members: 2,
    });
    await lapse(first.epoch);
    expect(await second.store.heartbeat(second.epoch)).toMatchObject({
      isSubscriber: true,
      hasSubscriber: true,
      members: 1,
    });
    await expect(first.store.heartbeat(first.epoch)).rejects.toMatchObject({ code: 'PART_LOST' });
    const again = await first.store.join();
    expect(again).toMatchObject({ isSubscriber: false, members: 2 });
    expect(again.epoch).toBeGreaterThan(second.epoch);
  });

  test('leaves its records free, its users in doubt, and its request waiting', async () => {
    const first = await startProcess();
    const second = await startProcess();
    await first.store.commitEvents(batch(first.epoch, LEAD));
    await first.store.commitSync([sync(first.epoch, { users: [user('u-1'), user('u-2', { assertAt: 9e15 })] })], T0);
    await first.store.leaseDue({ epoch: first.epoch, limit: 9, now: T0, leaseMs: 9e12 });
    await first.store.claimUsers(unitsOf(['u-1', 'u-2', 'unknown']), first.epoch);
    const id = await second.store.askFor('reconcile', '{}');
    await first.store.takeRequest('reconcile', first.epoch);
    await lapse(first.epoch);
    const before = second.store.now();
    await second.store.heartbeat(second.epoch);

    const freeNow = second.store.now();
    const records = await second.store.leaseDue({ epoch: second.epoch, limit: 9, now: freeNow + 1_000, leaseMs: 1 });
    expect(records.map(({ recordId }) => recordId)).toEqual([LEAD]);
    const claims = (await second.store.claimUsers(unitsOf(['u-1'], ['unknown']), second.epoch)).flatMap(
      (unit) => unit ?? [],
    );
    expect(claims.map(({ key, wasInterrupted }) => [key, wasInterrupted])).toEqual([
      ['u-1', true],
      ['unknown', true],
    ]);
    for (const { freeAt } of claims) expect(freeAt).toBeGreaterThanOrEqual(before + USER_GAP_MS - 1_000);
    const users = await second.store.users(['u-1', 'u-2']);
    expect(users.get('u-1')?.assertAt).toBeGreaterThanOrEqual(before + DOUBT_MS - 1_000);
    expect(users.get('u-2')?.assertAt).toBe(9e15);
    expect(await second.store.takeRequest('reconcile', second.epoch)).toMatchObject({ id, state: 'running' });
  });

  test('gives its users to whoever asks, before a heartbeat has ended it', async () => {
    const first = await startProcess();
    const second = await startProcess();
    await claim(first, 'u-1');
    expect(await claim(second, 'u-1')).toBeUndefined();
    await lapse(first.epoch);
    expect(await claim(second, 'u-1')).toMatchObject([{ key: 'u-1', wasInterrupted: true }]);
  });

  test('gives whole units only, and none twice', async () => {
    const first = await startProcess();
    const second = await startProcess();
    await first.store.claimUsers(unitsOf(['u-1', 'u-2']), first.epoch);
    await lapse(first.epoch);
    const claims = await second.store.claimUsers(
      unitsOf(['u-0'], ['u-1'], ['u-2', 'u-0'], ['u-2', 'u-3']),
      second.epoch,
    );
    expect(claims.map((unit) => unit?.map(({ key, wasInterrupted }) => [key, wasInterrupted]))).toEqual([
      [['u-0', false]],
      [['u-1', true]],
      undefined,
      [
        ['u-2', true],
        ['u-3', false],
      ],
    ]);
  });

  const WRITES: Record<string, (store: Store, epoch: number) => Promise<unknown>> = {
    heartbeat: (store, epoch) => store.heartbeat(epoch),
    commitEvents: (store, epoch) => store.commitEvents(batch(epoch, OTHER_LEAD)),
    dropCursor: (store, epoch) => store.dropCursor(CHANNEL, epoch),
    commitReconciled: (store, epoch) =>
      store.commitReconciled({ epoch, changes: [change(OTHER_LEAD)], mark: T0, at: T0 }),
    leaveToBackfill: (store, epoch) => store.leaveToBackfill({ count: 5, before: T0 }, epoch),
    leaseDue: (store, epoch) => lease({ store, epoch }),
    claimUsers: (store, epoch) => store.claimUsers(unitsOf(['u-9']), epoch),
    commitSync: (store, epoch) => store.commitSync([sync(epoch, { verdicts: [verdict(OTHER_LEAD)] })], T0),
    commitWriteBacks: (store, epoch) =>
      store.commitWriteBacks([{ kind: 'written', recordId: LEAD, version: 1 }], epoch),
    trimJournal: (store, epoch) => store.trimJournal({ epoch, limit: 9, most: 0, forgetBefore: T0 * 2 }),
    takeRequest: (store, epoch) => store.takeRequest('reconcile', epoch),
  };

  describe.each(Object.entries(WRITES))('can’t be used for %s', (name, write) => {
    test.each(['nobody has noticed', 'another took over', 'it has left'])('when %s', async (when) => {
      const first = await startProcess();
      await first.store.commitEvents(batch(first.epoch, LEAD));
      await first.store.commitSync([sync(first.epoch, { verdicts: [verdict(LEAD)] })], T0);
      await first.store.askFor('reconcile', '{}');
      if (when === 'it has left') await first.store.leave(first.epoch);
      else await lapse(first.epoch);
      const second = when === 'another took over' ? await startProcess() : undefined;
      const before = await everything();
      await expect(write(first.store, first.epoch)).rejects.toMatchObject({ code: 'PART_LOST' });
      expect(await everything()).toEqual(before);
      if (second !== undefined) await write(second.store, second.epoch);
    });

    const forSubscriber = [
      'commitEvents',
      'dropCursor',
      'commitReconciled',
      'leaveToBackfill',
      'commitWriteBacks',
      'trimJournal',
    ].includes(name);
    test(forSubscriber ? 'without the subscription' : '… but can be without the subscription', async () => {
      const first = await startProcess();
      const second = await startProcess();
      await first.store.commitEvents(batch(first.epoch, LEAD));
      const before = await everything();
      if (!forSubscriber) await write(second.store, second.epoch);
      else {
        await expect(write(second.store, second.epoch)).rejects.toMatchObject({ code: 'PART_LOST' });
        expect(await everything()).toEqual(before);
      }
    });
  });

  test('takes all of one commit with it', async () => {
    const first = await startProcess();
    const second = await startProcess();
    await lapse(first.epoch);
    const results = [second.epoch, first.epoch].map((epoch, i) =>
      sync(epoch, { verdicts: [verdict(i === 0 ? LEAD : OTHER_LEAD)] }),
    );
    await expect(second.store.commitSync(results, T0)).rejects.toMatchObject({ code: 'PART_LOST' });
    expect(await second.store.pendingWriteBacks({ limit: 9, now: T0 })).toEqual([]);
  });

  test('stays while a write in its name is under way, and nobody waits for that', async () => {
    const first = await startProcess();
    const second = await startProcess();
    await asConnection(url(), async (current) => {
      await holdParts(current, [first.epoch]);
      await lapse(first.epoch);
      expect(await second.store.heartbeat(second.epoch)).toMatchObject({ isSubscriber: false, hasSubscriber: false });
    });
    expect(await second.store.heartbeat(second.epoch)).toMatchObject({ isSubscriber: true });
  });

  test('is renewed while a write in its name is under way', async () => {
    const first = await startProcess();
    await asConnection(url(), async (current) => {
      await holdParts(current, [first.epoch], { asSubscriber: true });
      expect(await first.store.heartbeat(first.epoch)).toMatchObject({ isSubscriber: true });
      await current.query('SELECT 1');
    });
  });

  test('does not hold up the others when it froze within a transaction, whatever that had locked', async () => {
    const first = await startProcess();
    let members: number | undefined;
    const frozen = asConnection(url(), async (current) => {
      await lockMembership(current, schema());
      // The server ends this transaction, since nothing comes from it: only then can the heartbeat go on.
      members = (await first.store.heartbeat(first.epoch)).members;
      await current.query('SELECT 1');
    });
    await expect(frozen).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(members).toBe(1);
  });
});

describe('a process that comes or goes', () => {
  test('sends at once when it is alone, and else when the others have seen it or are gone', async () => {
    const first = await openStore();
    const alone = await first.join();
    expect(alone.sendsFrom).toBeLessThan(first.now() + 1_000);
    const second = await openStore();
    const joined = await second.join();
    expect(joined.members).toBe(2);
    expect(joined.sendsFrom).toBeGreaterThanOrEqual(alone.sendsFrom + PART_MS);
    expect((await second.heartbeat(joined.epoch)).sendsFrom).toBe(joined.sendsFrom);
  });

  test('sends at once after another that has left', async () => {
    const first = await startProcess();
    await first.store.leave(first.epoch);
    const second = await openStore();
    const joined = await second.join();
    expect(joined.isSubscriber).toBe(true);
    expect(joined.sendsFrom).toBeLessThan(second.now() + 1_000);
  });

  test('has left when its last write is made, not before', async () => {
    const first = await startProcess();
    let leaving: Promise<void> | undefined;
    await asConnection(url(), async (current) => {
      await holdParts(current, [first.epoch]);
      leaving = first.store.leave(first.epoch);
      await untilOneWaits();
      expect(await query('SELECT has_left FROM parts')).toEqual([{ has_left: false }]);
    });
    await leaving;
    expect(await query('SELECT has_left FROM parts')).toEqual([{ has_left: true }]);
  });

  test('lets go of all it holds when it leaves, without a doubt, and counts as a member for a moment more', async () => {
    const first = await startProcess();
    const second = await startProcess();
    await first.store.commitEvents(batch(first.epoch, LEAD));
    await first.store.leaseDue({ epoch: first.epoch, limit: 9, now: T0, leaseMs: 9e12 });
    await first.store.claimUsers(unitsOf(['u-1']), first.epoch);
    const before = first.store.now();
    await first.store.leave(first.epoch);
    await first.store.leave(first.epoch);
    const [part] = await query('SELECT expires_at FROM parts WHERE has_left');
    expect(Number(part?.expires_at)).toBeGreaterThanOrEqual(before + USER_GAP_MS - 1_000);
    await query('UPDATE parts SET expires_at = expires_at + 3600000 WHERE has_left');
    expect(await second.store.heartbeat(second.epoch)).toMatchObject({ isSubscriber: true, members: 2 });
    expect(await claim(second, 'u-1')).toMatchObject([{ key: 'u-1', wasInterrupted: false }]);
    const now = second.store.now() + 1_000;
    expect(await second.store.leaseDue({ epoch: second.epoch, limit: 9, now, leaseMs: 1 })).toHaveLength(1);
    await lapse(first.epoch);
    expect(await second.store.heartbeat(second.epoch)).toMatchObject({ members: 1 });
  });

  test('keeps a doubt that it could not clear', async () => {
    const first = await startProcess();
    await first.store.claimUsers(unitsOf(['u-1']), first.epoch);
    await lapse(first.epoch);
    const second = await startProcess();
    expect(await claim(second, 'u-1')).toMatchObject([{ wasInterrupted: true }]);
    await second.store.leave(second.epoch);
    const third = await startProcess();
    expect(await claim(third, 'u-1')).toMatchObject([{ wasInterrupted: true }]);
    await third.store.commitSync([sync(third.epoch, { released: [released('u-1')] })], T0);
    expect(await claim(third, 'u-1')).toMatchObject([{ freeAt: 5, wasInterrupted: false }]);
  });
});

/** For another transaction to end, or has left without. */
async function untilOneWaits(): Promise<void> {
  const state = `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')
                     OR EXISTS (SELECT FROM parts WHERE has_left) AS is_over`;
  for (;;) if ((await query(state))[0]?.is_over === true) return;
}

/** Whole tables, but for the times of parts. */
async function everything(): Promise<unknown> {
  const tables = ['cursors', 'records', 'users', 'verdicts', 'requests', 'claims', 'state'];
  return Promise.all(tables.map((table) => query(`SELECT * FROM ${table} ORDER BY 1`)));
}
