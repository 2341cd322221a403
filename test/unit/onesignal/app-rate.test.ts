import fc from 'fast-check';
import { AppRate, RateTicket } from '../../../relay/onesignal/app-rate.ts';
import { HeldPlace } from '../../../relay/onesignal/held-place.ts';
import type { Lane } from '../../../relay/onesignal/onesignal-contract.ts';
import { settle, VirtualClock } from './virtual-clock.ts';

type Caller = { lane: Lane; arrivesAt: number; connectMs: number; wayMs: number; answerMs: number; fails: boolean };

const callers = fc.array(
  fc.record({
    lane: fc.constantFrom<Lane>('live', 'bulk'),
    arrivesAt: fc.integer({ min: 0, max: 4_000 }),
    connectMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_500 })),
    wayMs: fc.integer({ min: 0, max: 300 }),
    answerMs: fc.integer({ min: 0, max: 2_000 }),
    fails: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  }),
  { minLength: 1, maxLength: 60 },
);

/** Plays the callers on a virtual clock; returns when OneSignal counted each request, and how many were under way at most. */
async function play(rate: AppRate, clock: VirtualClock, all: readonly Caller[]) {
  const starts: number[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  let ended = 0;
  const zero = clock.now();
  const end = (ticket: RateTicket) => {
    underWay -= 1;
    ended += 1;
    ticket.done();
  };
  for (const caller of all) {
    clock.setTimer(() => void run(caller), caller.arrivesAt);
  }
  async function run({ lane, connectMs, wayMs, answerMs, fails }: Caller) {
    const ticket = await rate.enter(lane);
    if (!(ticket instanceof RateTicket)) throw new Error('No turn.');
    underWay += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    clock.setTimer(() => {
      if (fails) return end(ticket);
      ticket.started();
      clock.setTimer(() => {
        starts.push(clock.now());
        clock.setTimer(() => end(ticket), answerMs);
      }, wayMs);
    }, connectMs);
  }
  await clock.advanceTo(zero + 400_000);
  return { starts, mostUnderWay, ended };
}

/** The most starts in any window of `ms`. */
function mostWithin(starts: readonly number[], ms: number): number {
  return Math.max(0, ...starts.map((from) => starts.filter((start) => start >= from && start < from + ms).length));
}

/** Starts, and has its answer at once. */
function answered(ticket: RateTicket): void {
  ticket.started();
  ticket.done();
}

async function ticketNow(rate: AppRate, lane: Lane = 'live'): Promise<RateTicket> {
  const ticket = rate.enter(lane);
  if (!(ticket instanceof RateTicket)) throw new Error('Expected a ticket at once.');
  return ticket;
}

test('OneSignal never counts more in a second than the limit, however slowly connections open and however unevenly requests arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      callers,
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 40 }),
      async (all, requestsPerSecond, maxConcurrent) => {
        const clock = new VirtualClock();
        const rate = new AppRate({ requestsPerSecond, maxConcurrent, clock });
        const { starts, mostUnderWay, ended } = await play(rate, clock, all);
        expect(mostWithin(starts, 1_000)).toBeLessThanOrEqual(requestsPerSecond);
        expect(mostUnderWay).toBeLessThanOrEqual(maxConcurrent);
        expect(ended).toBe(all.length);
        expect(clock.pendingTimers).toBe(0);
      },
    ),
    { seed: 41, numRuns: 150 },
  );
});

test('a server that stands still for an instant, and then counts all that came at once, is not sent too many', async () => {
  const clock = new VirtualClock();
  const rate = new AppRate({ requestsPerSecond: 200, maxConcurrent: 64, clock });
  const stillFrom = 2_000;
  const stillUntil = 2_300;
  const counted: number[] = [];
  const run = async () => {
    const ticket = await rate.enter();
    if (!(ticket instanceof RateTicket)) throw new Error('No turn.');
    ticket.started();
    const isStill = clock.now() >= stillFrom && clock.now() < stillUntil;
    clock.setTimer(
      () => {
        counted.push(clock.now());
        ticket.done();
      },
      isStill ? stillUntil - clock.now() : 1,
    );
  };
  for (let n = 0; n < 1_500; n += 1) void run();
  await clock.advanceTo(20_000);
  expect(counted).toHaveLength(1_500);
  expect(mostWithin(counted, 1_000)).toBeLessThanOrEqual(200);
});

test('a long way costs nothing of the rate: what it takes at least is known after the first answers', async () => {
  const clock = new VirtualClock(0);
  const rate = new AppRate({ requestsPerSecond: 100, maxConcurrent: 64, clock });
  const all = Array.from({ length: 1_000 }, () => ({
    lane: 'live' as const,
    arrivesAt: 0,
    connectMs: 0,
    wayMs: 100,
    answerMs: 100,
    fails: false,
  }));
  const { starts } = await play(rate, clock, all);
  expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBeLessThanOrEqual(10_300);
  expect(mostWithin(starts, 1_000)).toBeLessThanOrEqual(100);
});

test('requests that hang hold their places for seconds, not until they are given up', async () => {
  const clock = new VirtualClock(0);
  const rate = new AppRate({ requestsPerSecond: 2, maxConcurrent: 10, clock });
  for (const _ of [1, 2]) {
    const ticket = await rate.enter();
    if (ticket instanceof RateTicket) ticket.started();
    await clock.advance(510);
  }
  let servedAt: number | undefined;
  const wait = Promise.resolve(rate.enter()).then(() => {
    servedAt = clock.now();
  });
  await clock.advanceTo(8_000);
  await wait;
  expect(servedAt).toBeLessThanOrEqual(6_100);
});

test('a full queue is served at 99 % of the limit or better, evenly', async () => {
  const clock = new VirtualClock();
  const rate = new AppRate({ requestsPerSecond: 100, maxConcurrent: 64, clock });
  const all = Array.from({ length: 1_000 }, () => ({
    lane: 'bulk' as const,
    arrivesAt: 0,
    connectMs: 0,
    wayMs: 0,
    answerMs: 5,
    fails: false,
  }));
  const { starts } = await play(rate, clock, all);
  const first = starts[0] ?? 0;
  const last = starts.at(-1) ?? 0;
  expect(last - first).toBeLessThanOrEqual(10_100);
  // A quarter of the limit and one burst of a twentieth.
  expect(mostWithin(starts, 250)).toBeLessThanOrEqual(25 + 5 + 1);
});

test('those who wait are served in groups of a fortieth of a second, so that nobody wakes for each', async () => {
  const clock = new VirtualClock();
  const rate = new AppRate({ requestsPerSecond: 1_000, maxConcurrent: 2_000, clock });
  const zero = clock.now();
  const turns: number[] = [];
  for (let place = 0; place < 700; place += 1) {
    void Promise.resolve(rate.enter()).then((ticket) => {
      turns.push(clock.now() - zero);
      answered(ticket as RateTicket);
    });
  }
  await clock.advanceTo(zero + 500);
  // Those who did not wait at all came first.
  const moments = [...new Set(turns)].slice(1);
  expect(moments.length).toBeLessThanOrEqual(20);
  expect(turns.length).toBeGreaterThanOrEqual(525);
  for (const [index, at] of moments.slice(1).entries()) expect(at - (moments[index] ?? 0)).toBeGreaterThanOrEqual(10);
  // Nobody waits now for whoever comes next.
  await clock.advance(5_000);
  expect(rate.enter()).toBeInstanceOf(RateTicket);
  await clock.advance(5);
  expect(rate.enter()).toBeInstanceOf(RateTicket);
});

test('a group waits for all of its places: those that come back an instant later don’t miss a turn of 25 ms', async () => {
  const clock = new VirtualClock();
  const rate = new AppRate({ requestsPerSecond: 1_000, maxConcurrent: 256, clock });
  const all = Array.from({ length: 6_000 }, (_, n) => ({
    lane: 'live' as const,
    arrivesAt: 0,
    connectMs: 0,
    wayMs: 1 + (n % 25) / 5,
    answerMs: 1,
    fails: false,
  }));
  const { starts } = await play(rate, clock, all);
  // Of the limit, after the first second.
  const [from = 0, to = 0] = [starts[1_000], starts[5_000]];
  expect(4_000 / (to - from)).toBeGreaterThanOrEqual(0.985);
  expect(mostWithin(starts.slice(0, 3_000), 1_000)).toBeLessThanOrEqual(1_000);
});

test('few that wait don’t wait for a group to fill', async () => {
  const clock = new VirtualClock(0);
  const rate = new AppRate({ requestsPerSecond: 1_000, maxConcurrent: 256, clock });
  while (rate.enter() instanceof RateTicket);
  const servedAt = Promise.resolve(rate.enter()).then(() => clock.now());
  await clock.advanceTo(100);
  expect(await servedAt).toBeLessThanOrEqual(12);
});

test('a lane is served first come, first served, and live goes before bulk', async () => {
  const clock = new VirtualClock();
  const rate = new AppRate({ requestsPerSecond: 1_000, maxConcurrent: 1, clock });
  const first = await ticketNow(rate);
  const served: string[] = [];
  const enter = async (name: string, lane: Lane) => {
    const ticket = await rate.enter(lane);
    served.push(name);
    if (ticket instanceof RateTicket) {
      ticket.started();
      ticket.done();
    }
  };
  const waits = [enter('bulk 1', 'bulk'), enter('live 1', 'live'), enter('bulk 2', 'bulk'), enter('live 2', 'live')];
  await settle();
  expect(served).toEqual([]);
  first.done();
  await clock.advance(100);
  await Promise.all(waits);
  expect(served).toEqual(['live 1', 'live 2', 'bulk 1', 'bulk 2']);
});

test('a pause holds both lanes until its end, and a shorter one does not cut it', async () => {
  const clock = new VirtualClock(0);
  const rate = new AppRate({ requestsPerSecond: 10, maxConcurrent: 10, clock });
  rate.pause(5_000);
  rate.pause(1_000);
  const at: number[] = [];
  const waits = (['live', 'bulk'] as const).map(async (lane) => {
    await rate.enter(lane);
    at.push(clock.now());
  });
  await clock.advanceTo(4_999);
  expect(at).toEqual([]);
  await clock.advanceTo(6_000);
  await Promise.all(waits);
  expect(at).toHaveLength(2);
  expect(at[0]).toBe(5_000);
});

test('a pause that comes while calls already wait for the window holds them too', async () => {
  const clock = new VirtualClock(0);
  const rate = new AppRate({ requestsPerSecond: 1, maxConcurrent: 10, clock });
  const first = await ticketNow(rate);
  first.started();
  first.done();
  let servedAt: number | undefined;
  const wait = Promise.resolve(rate.enter('live')).then(() => {
    servedAt = clock.now();
  });
  rate.pause(3_000);
  await clock.advanceTo(2_999);
  expect(servedAt).toBeUndefined();
  await clock.advanceTo(3_000);
  await wait;
  expect(servedAt).toBe(3_000);
});

test('a call that gives up leaves its place to the next and no timer behind', async () => {
  const clock = new VirtualClock(0);
  const rate = new AppRate({ requestsPerSecond: 1, maxConcurrent: 10, clock });
  answered(await ticketNow(rate));
  const gaveUp = new AbortController();
  const first = rate.enter('live', gaveUp.signal);
  const second = rate.enter('live');
  gaveUp.abort();
  expect(await first).toBe('aborted');
  await clock.advanceTo(1_010);
  const ticket = await second;
  if (!(ticket instanceof RateTicket)) throw new Error('Expected a ticket.');
  answered(ticket);

  const alone = new AbortController();
  const third = rate.enter('bulk', alone.signal);
  expect(clock.pendingTimers).toBe(1);
  alone.abort();
  expect(await third).toBe('aborted');
  expect(clock.pendingTimers).toBe(0);
  expect(rate.enter('live', alone.signal)).toBe('aborted');
});

test('closing ends every wait and refuses later calls', async () => {
  const clock = new VirtualClock(0);
  const rate = new AppRate({ requestsPerSecond: 1, maxConcurrent: 10, clock });
  const held = await ticketNow(rate);
  const waits = [rate.enter('live'), rate.enter('bulk')];
  rate.close();
  expect(await Promise.all(waits)).toEqual(['closed', 'closed']);
  expect(rate.enter('live')).toBe('closed');
  held.done();
  expect(clock.pendingTimers).toBe(0);
});

test('a request that never started gives its place in the window back', async () => {
  const clock = new VirtualClock(0);
  const rate = new AppRate({ requestsPerSecond: 2, maxConcurrent: 10, clock });
  for (let time = 0; time < 5; time += 1) {
    (await ticketNow(rate)).done();
    await clock.advance(510);
  }
  const one = await ticketNow(rate);
  one.started();
  await clock.advance(510);
  expect(rate.enter('live')).toBeInstanceOf(RateTicket);
});

test('a limit below one start a second makes the window longer', async () => {
  const clock = new VirtualClock(0);
  const rate = new AppRate({ requestsPerSecond: 0.5, maxConcurrent: 10, clock });
  answered(await ticketNow(rate));
  let servedAt = 0;
  const wait = Promise.resolve(rate.enter('live')).then(() => {
    servedAt = clock.now();
  });
  await clock.advanceTo(10_000);
  await wait;
  expect(servedAt).toBe(2_004);
});

test.each([0, -1, Number.NaN])('a limit of %p is refused', (requestsPerSecond) => {
  expect(() => new AppRate({ requestsPerSecond, maxConcurrent: 1 })).toThrow(RangeError);
});

test('ten thousand waiting calls with one signal are served without a warning', async () => {
  const warnings: unknown[] = [];
  const onWarning = (warning: unknown) => warnings.push(warning);
  process.on('warning', onWarning);
  try {
    const clock = new VirtualClock(0);
    const rate = new AppRate({ requestsPerSecond: 5_000, maxConcurrent: 20_000, clock });
    const { signal } = new AbortController();
    let served = 0;
    for (let call = 0; call < 10_000; call += 1) {
      void Promise.resolve(rate.enter('live', signal)).then((ticket) => {
        if (ticket instanceof RateTicket) {
          served += 1;
          answered(ticket);
        }
      });
    }
    await clock.advanceTo(2_100);
    await new Promise((resolve) => setImmediate(resolve));
    expect(served).toBe(10_000);
    expect(warnings).toEqual([]);
  } finally {
    process.off('warning', onWarning);
  }
});

test('of several processes each keeps to its share, and gets the whole again when it is alone', async () => {
  const clock = new VirtualClock(0);
  const rate = new AppRate({ requestsPerSecond: 30, maxConcurrent: 1_000, clock });
  rate.share(3, Number.POSITIVE_INFINITY);
  const starts: number[] = [];
  const ask = () =>
    void Promise.resolve(rate.enter()).then((ticket) => {
      if (!(ticket instanceof RateTicket)) return;
      expect(ticket.started()).toBe(true);
      ticket.done();
      starts.push(clock.now());
    });
  for (let n = 0; n < 200; n += 1) ask();
  await clock.advanceTo(5_000);
  expect(mostWithin(starts, 1_000)).toBe(10);
  const [soFar] = [starts.length];
  rate.share(1, Number.POSITIVE_INFINITY);
  await clock.advanceTo(9_000);
  expect(mostWithin(starts.slice(soFar), 1_000)).toBe(30);
});

test('nothing starts once the share has run out, not even with a ticket, until it is renewed', async () => {
  const clock = new VirtualClock(0);
  const rate = new AppRate({ requestsPerSecond: 30, maxConcurrent: 1_000, clock });
  rate.share(1, 1_000);
  const early = await ticketNow(rate);
  await clock.advanceTo(1_000);
  expect(early.started()).toBe(false);
  early.done();
  let late: unknown;
  void Promise.resolve(rate.enter()).then((ticket) => {
    late = ticket;
  });
  await clock.advanceTo(60_000);
  expect(late).toBeUndefined();
  rate.share(1, 61_000);
  await settle();
  expect(late).toBeInstanceOf(RateTicket);
});

test('a request whose result is not stored yet is still one of those under way', async () => {
  const clock = new VirtualClock();
  const rate = new AppRate({ requestsPerSecond: 100, maxConcurrent: 2, clock });
  const unstored: HeldPlace[] = [];
  let sent = 0;
  const write = async () => {
    const ticket = await rate.enter();
    if (!(ticket instanceof RateTicket)) throw new Error('No turn.');
    ticket.started();
    sent += 1;
    const place = new HeldPlace();
    unstored.push(place);
    ticket.done(place);
  };
  for (let n = 0; n < 5; n += 1) void write();
  await clock.advance(5_000);
  expect(sent).toBe(2);
  unstored[0]?.free();
  unstored[0]?.free();
  await clock.advance(5_000);
  expect(sent).toBe(3);
});

test('works that each send several requests before they are stored do not wait for each other’s places', async () => {
  const clock = new VirtualClock();
  const rate = new AppRate({ requestsPerSecond: 100, maxConcurrent: 2, clock });
  let stored = 0;
  const work = async () => {
    const place = new HeldPlace();
    for (let n = 0; n < 3; n += 1) {
      place.free();
      const ticket = await rate.enter();
      if (!(ticket instanceof RateTicket)) throw new Error('No turn.');
      ticket.started();
      ticket.done(place);
      await Promise.resolve();
    }
    place.free();
    stored += 1;
  };
  for (let n = 0; n < 6; n += 1) void work();
  await clock.advance(20_000);
  expect(stored).toBe(6);
});

test('the line has room for a few hundredths of a second, and live calls take a bulk call’s place in it, but not the other way round', async () => {
  const clock = new VirtualClock();
  const rate = new AppRate({ requestsPerSecond: 1_000, maxConcurrent: 1, clock });
  const first = await ticketNow(rate);
  const empty = rate.roomInLine('live');
  void rate.enter('bulk');
  void rate.enter('live');
  void rate.enter('live');
  expect(empty).toBe(30);
  expect({ live: rate.roomInLine('live'), bulk: rate.roomInLine('bulk') }).toEqual({ live: 28, bulk: 27 });
  first.done();
});

test('who listens is told of each turn that somebody waited for, and of none after it stops', async () => {
  const clock = new VirtualClock();
  const rate = new AppRate({ requestsPerSecond: 1_000, maxConcurrent: 1, clock });
  let turns = 0;
  const stop = rate.onTurn(() => {
    turns += 1;
  });
  const first = await ticketNow(rate);
  const second = rate.enter();
  const third = rate.enter();
  expect(turns).toBe(0);
  answered(first);
  await clock.advanceTo(clock.now() + 10);
  expect(turns).toBe(1);
  stop();
  const ticket = await second;
  if (!(ticket instanceof RateTicket)) throw new Error('No turn.');
  answered(ticket);
  await clock.advanceTo(clock.now() + 10);
  expect(await third).toBeInstanceOf(RateTicket);
  expect(turns).toBe(1);
});
