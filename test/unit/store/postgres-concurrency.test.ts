import {
  batch,
  claim,
  lease,
  missing,
  type Process,
  released,
  severalProcesses,
  sync,
  unitsOf,
} from './postgres-processes.ts';
import { change, LEAD, T0, user, verdict } from './store-samples.ts';

const { query, startProcess, lapse } = severalProcesses();

const numberOf = (i: number) => `00Q${String(i).padStart(12, '0')}EAA`;

describe('what several do at once', () => {
  test('no record is leased twice, and each is leased', async () => {
    const processes = await Promise.all(Array.from({ length: 4 }, startProcess));
    const ids = Array.from({ length: 500 }, (_, i) => numberOf(i));
    const subscriber = await subscriberOf(processes);
    await subscriber.store.commitEvents(batch(subscriber.epoch, ...ids));
    const leased: string[] = [];
    while (leased.length < ids.length) {
      const lots = await Promise.all([...processes, ...processes].map((one) => lease(one, 17)));
      leased.push(...lots.flat().map(({ recordId }) => recordId));
    }
    expect(leased.sort()).toEqual(ids);
    expect(await lease(subscriber)).toEqual([]);
  });

  test('no user is claimed twice, of a unit all users or none, and none is left behind', async () => {
    const processes = await Promise.all(Array.from({ length: 3 }, startProcess));
    const random = seeded(7);
    for (let round = 0; round < 60; round++) {
      const asked = processes.map(() =>
        Array.from({ length: 4 }, () => [...new Set(Array.from({ length: 1 + random(3) }, () => `u-${random(10)}`))]),
      );
      const got = await Promise.all(
        processes.map(({ store, epoch }, i) => store.claimUsers(unitsOf(...(asked[i] ?? [])), epoch)),
      );
      const keys = got.flat().flatMap((unit) => unit?.map(({ key }) => key) ?? []);
      expect(new Set(keys).size).toBe(keys.length);
      for (const [i, units] of got.entries()) {
        expect(
          units.map((unit, j) => unit === undefined || unit.map(({ key }) => key).join() === asked[i]?.[j]?.join()),
        ).not.toContain(false);
      }
      await Promise.all(
        processes.map(({ store, epoch }, i) =>
          store.commitSync(
            (got[i] ?? []).map((unit) => sync(epoch, { released: (unit ?? []).map(({ key }) => released(key)) })),
            T0,
          ),
        ),
      );
      expect(await query('SELECT key FROM claims WHERE epoch IS NOT NULL')).toEqual([]);
    }
  });

  test('nothing waits for another in a circle, whatever they do and whoever dies', async () => {
    const processes = await Promise.all(Array.from({ length: 4 }, startProcess));
    const random = seeded(11);
    const record = () => numberOf(random(30));
    const act = async (one: Process): Promise<unknown> => {
      const { store, epoch } = one;
      const some = Array.from({ length: 8 }, record);
      switch (random(8)) {
        case 0:
          return store.commitEvents(batch(epoch, ...some));
        case 1:
          return store.commitReconciled({ epoch, changes: some.map((id) => change(id)), mark: T0, at: T0 });
        case 2:
          return store.heartbeat(epoch);
        case 3:
          return store.commitWriteBacks(
            some.map((recordId) => ({ kind: 'written', recordId, version: 1 })),
            epoch,
          );
        case 4:
          return store.retryDeadLetters({}, T0);
        case 5:
          return lapse(epoch);
        default: {
          const leases = await store.leaseDue({ epoch, limit: 5, now: T0 * 2, leaseMs: 60_000 });
          const [claims] = await store.claimUsers(unitsOf([`u-${random(6)}`, `u-${random(6)}`]), epoch);
          return store.commitSync(
            [
              sync(epoch, {
                released: (claims ?? []).map(({ key }) => released(key)),
                users: (claims ?? []).map(({ key }) => user(key)),
                links: some.map((recordId) => ({ ...change(recordId), userKey: `u-${random(6)}` })),
                verdicts: some.map((recordId) => verdict(recordId, { status: 'Failed', reason: 'TAG_LIMIT' })),
                leases: leases.map(({ recordId, generation }) => ({
                  kind: 'settled',
                  recordId,
                  generation,
                  wasSeen: true,
                })),
              }),
            ],
            T0,
          );
        }
      }
    };
    const codes = new Set<unknown>();
    for (let round = 0; round < 60; round++) {
      const acts = await Promise.allSettled(processes.flatMap((one) => [act(one), act(one)]));
      for (const outcome of acts) if (outcome.status === 'rejected') codes.add(outcome.reason.code);
      for (const one of processes) {
        one.epoch = await one.store.heartbeat(one.epoch).then(
          () => one.epoch,
          async () => (await one.store.join()).epoch,
        );
      }
    }
    expect([...codes]).toEqual(['PART_LOST']);
  });

  test('a lease that ran out and was taken by another stays the other’s', async () => {
    const first = await startProcess();
    const second = await startProcess();
    await first.store.commitEvents(batch(first.epoch, LEAD));
    const [mine] = await lease(first);
    await second.store.leaseDue({ epoch: second.epoch, limit: 1, now: T0 + 60_000, leaseMs: 60_000 });
    const generation = mine?.generation ?? missing();
    const settled = { kind: 'settled', recordId: LEAD, generation, wasSeen: true } as const;
    const postponed = { kind: 'postponed', recordId: LEAD, generation, notBefore: T0, countsAsAttempt: true } as const;
    await first.store.commitSync([sync(first.epoch, { leases: [settled] })], T0);
    await first.store.commitSync([sync(first.epoch, { leases: [postponed] })], T0);
    expect(await lease(first)).toEqual([]);
    await second.store.commitSync([sync(second.epoch, { leases: [settled] })], T0);
    expect((await second.store.counts()).due).toBe(0);
  });

  test('a commit that is tried again, though it was made, overwrites nothing that came after it', async () => {
    const first = await startProcess();
    const second = await startProcess();
    await claim(first, 'u-1');
    const mine = sync(first.epoch, {
      released: [released('u-1')],
      users: [user('u-1', { tags: { sf_stage: 'mine' } })],
    });
    await first.store.commitSync([mine], T0);
    await claim(second, 'u-1');
    await second.store.commitSync([sync(second.epoch, { users: [user('u-1', { tags: { sf_stage: 'newer' } })] })], T0);
    await first.store.commitSync([mine], T0);
    expect((await first.store.users(['u-1'])).get('u-1')?.tags).toEqual({ sf_stage: 'newer' });
    expect(await claim(first, 'u-1')).toBeUndefined();
  });

  test('a result that lets no user go is committed beside one that was committed before', async () => {
    const first = await startProcess();
    await claim(first, 'u-1');
    const before = sync(first.epoch, { released: [released('u-1')] });
    await first.store.commitSync([before], T0);
    await first.store.commitSync([before, sync(first.epoch, { verdicts: [verdict(LEAD)] })], T0);
    expect(await first.store.pendingWriteBacks({ limit: 9, now: T0 })).toHaveLength(1);
  });

  test('a claim whose answer was lost is had again by the same process, and by no other', async () => {
    const first = await startProcess();
    const second = await startProcess();
    const claims = await first.store.claimUsers(unitsOf(['u-1', 'u-2']), first.epoch);
    expect(await first.store.claimUsers(unitsOf(['u-1', 'u-2']), first.epoch)).toEqual(claims);
    expect(await claim(second, 'u-2')).toBeUndefined();
  });

  test('claims that say nothing any more are removed, others are kept', async () => {
    const { store, epoch } = await startProcess();
    await store.claimUsers(unitsOf(['held'], ['rests'], ['in doubt'], ['done']), epoch);
    const rests = { key: 'rests', freeAt: store.now() + 60_000, isInDoubt: false };
    const inDoubt = { key: 'in doubt', freeAt: 5, isInDoubt: true };
    await store.commitSync([sync(epoch, { released: [rests, inDoubt, released('done')] })], T0);
    await store.heartbeat(epoch);
    const left = await query('SELECT key FROM claims ORDER BY key');
    expect(left.map(({ key }) => key)).toEqual(['held', 'in doubt', 'rests']);
  });
});

async function subscriberOf(processes: Process[]): Promise<Process> {
  for (const one of processes) if ((await one.store.heartbeat(one.epoch)).isSubscriber) return one;
  return missing();
}

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}
