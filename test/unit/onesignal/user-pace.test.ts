import fc from 'fast-check';
import { USER_GAP_MS } from '../../../relay/config/onesignal-limits.ts';
import { UserPace } from '../../../relay/onesignal/user-pace.ts';
import { settle, VirtualClock } from './virtual-clock.ts';

test('writes of one user never overlap and are 1,050 ms apart, from the answer to the next start', async () => {
  const writes = fc.array(
    fc.record({
      user: fc.constantFrom('u-1', 'u-2', 'u-3'),
      arrivesAt: fc.integer({ min: 0, max: 5_000 }),
      lastsMs: fc.integer({ min: 0, max: 3_000 }),
      wrote: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(writes, async (all) => {
      const clock = new VirtualClock();
      const pace = new UserPace({ clock });
      const done: { user: string; from: number; to: number; wrote: boolean }[] = [];
      for (const { user, arrivesAt, lastsMs, wrote } of all) {
        const write = async () => {
          expect(await pace.enter(user)).toBe('granted');
          const from = clock.now();
          clock.setTimer(() => {
            done.push({ user, from, to: clock.now(), wrote });
            pace.leave(user, wrote);
          }, lastsMs);
        };
        clock.setTimer(() => void write(), arrivesAt);
      }
      await clock.advanceTo(1_000_000);
      expect(done).toHaveLength(all.length);
      for (const user of ['u-1', 'u-2', 'u-3']) {
        const mine = done.filter((write) => write.user === user);
        mine.slice(1).forEach((write, index) => {
          const previous = mine[index];
          expect(write.from - (previous?.to ?? 0)).toBeGreaterThanOrEqual(previous?.wrote === true ? USER_GAP_MS : 0);
        });
      }
      expect(clock.pendingTimers).toBe(0);
    }),
    { seed: 42, numRuns: 100 },
  );
});

test('the waiting writes of one user are served in their order', async () => {
  const clock = new VirtualClock(0);
  const pace = new UserPace({ clock });
  expect(pace.enter('u')).toBe('granted');
  const served: number[] = [];
  for (const name of [1, 2, 3]) {
    void Promise.resolve(pace.enter('u')).then(() => {
      served.push(name);
      pace.leave('u', true);
    });
  }
  pace.leave('u', true);
  await clock.advanceTo(10_000);
  expect(served).toEqual([1, 2, 3]);
});

test('different users do not wait for each other', () => {
  const pace = new UserPace({ clock: new VirtualClock() });
  expect(pace.enter('u-1')).toBe('granted');
  expect(pace.enter('u-2')).toBe('granted');
});

test('a write that never went out starts no gap, and keeps the one that was running', async () => {
  const clock = new VirtualClock(0);
  const pace = new UserPace({ clock });
  expect(pace.enter('u')).toBe('granted');
  pace.leave('u', false);
  expect(pace.enter('u')).toBe('granted');
  pace.leave('u', true);
  const gaveUp = new AbortController();
  const waits = pace.enter('u', gaveUp.signal);
  gaveUp.abort();
  expect(await waits).toBe('aborted');
  let grantedAt: number | undefined;
  void Promise.resolve(pace.enter('u')).then(() => {
    grantedAt = clock.now();
  });
  await clock.advanceTo(1_049);
  expect(grantedAt).toBeUndefined();
  await clock.advanceTo(1_050);
  expect(grantedAt).toBe(1_050);
});

test('a Retry-After for one user makes its gap longer', async () => {
  const clock = new VirtualClock(0);
  const pace = new UserPace({ clock });
  expect(pace.enter('u')).toBe('granted');
  pace.leave('u', true, 7_000);
  let granted = false;
  void Promise.resolve(pace.enter('u')).then(() => {
    granted = true;
  });
  await clock.advanceTo(6_999);
  expect(granted).toBe(false);
  await clock.advanceTo(7_000);
  expect(granted).toBe(true);
});

test('after a start every user waits, known or not', async () => {
  const clock = new VirtualClock(0);
  const pace = new UserPace({ clock });
  pace.blockAll(1_050);
  const granted: string[] = [];
  for (const user of ['u-1', 'u-2']) void Promise.resolve(pace.enter(user)).then(() => granted.push(user));
  await clock.advanceTo(1_049);
  expect(granted).toEqual([]);
  await clock.advanceTo(1_050);
  expect(granted).toEqual(['u-1', 'u-2']);
});

test('a user that another process wrote to rests for as long as is left, and says so', async () => {
  const clock = new VirtualClock(0);
  const pace = new UserPace({ clock });
  pace.rest('u', 300);
  pace.rest('u', 200);
  await clock.advanceTo(100);
  expect([pace.restMs('u'), pace.restMs('other')]).toEqual([200, 0]);
  let grantedAt: number | undefined;
  void Promise.resolve(pace.enter('u')).then(() => {
    grantedAt = clock.now();
  });
  await clock.advanceTo(5_000);
  expect(grantedAt).toBe(300);
});

test('a user that is being written to rests from the end of that, or longer where another process says so', async () => {
  const clock = new VirtualClock(0);
  const pace = new UserPace({ clock });
  expect(pace.enter('u')).toBe('granted');
  pace.rest('u', 3_000);
  pace.leave('u', false);
  expect(pace.restMs('u')).toBe(3_000);
});

test('a gap that several processes share is longer from the next write on', () => {
  const pace = new UserPace({ clock: new VirtualClock(0) });
  pace.gapMs = 3 * USER_GAP_MS;
  expect(pace.enter('u')).toBe('granted');
  pace.leave('u', true);
  expect(pace.restMs('u')).toBe(3 * USER_GAP_MS);
});

test('it forgets users whose gap is over, also while one write hangs', async () => {
  const clock = new VirtualClock(0);
  const pace = new UserPace({ clock });
  expect(pace.enter('hangs')).toBe('granted');
  for (let user = 0; user < 10_000; user += 1) {
    expect(pace.enter(`u-${user}`)).toBe('granted');
    pace.leave(`u-${user}`, true);
    if (user % 10 === 0) await clock.advance(10);
  }
  // 1,050 ms of users at one a millisecond, and some slack.
  expect(pace.size).toBeLessThanOrEqual(1_100);
});

test('closing ends every wait, leaves no timer and refuses later calls', async () => {
  const clock = new VirtualClock(0);
  const pace = new UserPace({ clock });
  expect(pace.enter('u')).toBe('granted');
  const waits = [pace.enter('u'), pace.enter('u')];
  pace.leave('u', true);
  expect(clock.pendingTimers).toBe(1);
  pace.close();
  expect(await Promise.all(waits)).toEqual(['closed', 'closed']);
  expect(clock.pendingTimers).toBe(0);
  expect(pace.enter('v')).toBe('closed');
  await settle();
});
