import type { OneSignalClient } from '../../../relay/onesignal/onesignal-contract.ts';
import type { OneSignalOutcome } from '../../../relay/onesignal/onesignal-outcome.ts';
import { createOneSignalRetries, probeOneSignal } from '../../../relay/pipeline/onesignal-retries.ts';
import { MOST_ATTEMPTS } from '../../../relay/pipeline/retries/retry-table.ts';
import { gateInTime } from './gate-in-time.ts';

const OK: OneSignalOutcome = { kind: 'accepted', status: 202, oneSignalId: undefined };
const DOWN: OneSignalOutcome = {
  kind: 'unavailable',
  status: 503,
  codes: [],
  retryAfterMs: undefined,
  doubtful: false,
};
const BROKEN: OneSignalOutcome = {
  kind: 'unavailable',
  status: 500,
  codes: [],
  retryAfterMs: undefined,
  doubtful: true,
};
const SILENT: OneSignalOutcome = { kind: 'lost', fault: 'timeout' };
const FORBIDDEN: OneSignalOutcome = { kind: 'forbidden', status: 403, codes: [] };
const UNAUTHORIZED: OneSignalOutcome = { kind: 'unauthorized', status: 401 };
const NEVER = new AbortController().signal;

const names = (count: number) => Array.from({ length: count }, (_, index) => `record ${index}`);

type Answer = (record: string, now: number) => OneSignalOutcome;

/** A OneSignal that answers each record as told, and the records that are due, in time of its own. */
function workOn(records: readonly string[], answer: Answer, probe: Answer = answer) {
  const { gate, told, clock } = gateInTime(() => probeOneSignal(client));
  const client = { probe: () => Promise.resolve(probe('probe', clock.now)) } as unknown as OneSignalClient;
  const retries = createOneSignalRetries({ gate, now: () => clock.now, random: () => 1 });
  const due = new Map(records.map((record) => [record, { attempts: 0, notBefore: 0 }]));
  const synced: string[] = [];
  const failed: string[] = [];

  const end = (record: string, list: string[]) => {
    retries.onSettled(record);
    due.delete(record);
    list.push(record);
  };
  const tryOne = (record: string, state: { attempts: number; notBefore: number }) => {
    const outcome = answer(record, clock.now);
    retries.onOutcome(outcome);
    if (outcome.kind === 'accepted') return end(record, synced);
    const { notBefore, countsAsAttempt } = retries.onInterrupted(outcome, state.attempts, record);
    state.notBefore = notBefore;
    if (countsAsAttempt) state.attempts += 1;
    if (state.attempts >= MOST_ATTEMPTS) end(record, failed);
  };
  /** One look at everything whose time has come, as the sync worker does it; nothing to do lets a second go by. */
  const round = async () => {
    await gate.passable(NEVER);
    const ready = [...due].filter(([, { notBefore }]) => notBefore <= clock.now);
    for (const [record, state] of ready) tryOne(record, state);
    if (ready.length === 0) clock.now += 1_000;
  };
  return {
    gate,
    retries,
    clock,
    told,
    due,
    synced,
    failed,
    /** Makes a record due. */
    add: (record: string) => void due.set(record, { attempts: 0, notBefore: clock.now }),
    async untilTime(ms: number) {
      while (clock.now < ms) await round();
    },
    async untilDone() {
      while (due.size > 0) await round();
    },
  };
}

const HOUR = 3_600_000;
const ONE_OUTAGE = [expect.stringContaining('stands still'), expect.stringContaining('works again')];
const downUntil =
  (end: number, outage: OneSignalOutcome): Answer =>
  (_, now) =>
    now < end ? outage : OK;

describe.each([1, 3, 7, 400])('%i due records', (count) => {
  test.each([
    ['down', DOWN],
    ['silent', SILENT],
    ['refusing the key with 403', FORBIDDEN],
    ['refusing the key with 401', UNAUTHORIZED],
  ])('keep all their tries while OneSignal is %s, and sync when it is back', async (_, outage) => {
    const work = workOn(names(count), downUntil(2 * HOUR, outage));
    await work.untilDone();
    expect([work.failed, new Set(work.synced)]).toEqual([[], new Set(names(count))]);
    expect(work.told).toEqual(ONE_OUTAGE);
    expect(work.clock.now).toBeLessThan(2 * HOUR + 180_000);
  });
});

test('writes that fail for everybody are an outage although the probe works: no tries are spent, one warning', async () => {
  const work = workOn(names(50), downUntil(2 * HOUR, BROKEN), () => OK);
  await work.untilDone();
  expect([work.failed, work.synced.length, work.told]).toEqual([[], 50, ONE_OUTAGE]);
});

test('outages again and again cost the records that meet them nothing', async () => {
  const isDown = (now: number) => now % 300_000 < 240_000;
  const work = workOn(
    names(20),
    (record, now) => (isDown(now) || record === 'record 0' ? DOWN : OK),
    (_, now) => (isDown(now) ? DOWN : OK),
  );
  for (let outage = 0; outage < 30; outage++) {
    await work.untilTime(outage * 300_000);
    for (const record of names(20).slice(1)) work.add(record);
  }
  await work.untilTime(30 * 300_000);
  expect(work.failed.filter((record) => record !== 'record 0')).toEqual([]);
  expect(work.synced).toHaveLength(30 * 19);
});

describe('a record that OneSignal always fails on', () => {
  const poisoned = (outcome: OneSignalOutcome) => (record: string) => (record === 'poison' ? outcome : OK);

  test.each([
    ['a server error', BROKEN],
    ['no answer', SILENT],
    ['403', FORBIDDEN],
  ])('(%s) ends as a dead letter after its tries, alone as well as among others', async (_, outcome) => {
    for (const others of [[], names(100)]) {
      const work = workOn(['poison', ...others], poisoned(outcome));
      await work.untilDone();
      expect([work.failed, work.synced.length, work.gate.closings]).toEqual([['poison'], others.length, 0]);
      expect(work.told).toEqual([]);
    }
  });

  test('is not taken for an outage when the probe meets the limit on views: a 429 is an answer', async () => {
    const limited: OneSignalOutcome = { kind: 'rate_limited', status: 429, retryAfterMs: 1_000, scope: 'views' };
    const work = workOn(['poison'], poisoned(BROKEN), () => limited);
    await work.untilDone();
    expect([work.failed, work.gate.closings]).toEqual([['poison'], 0]);
  });

  test('holds up nobody: what comes meanwhile is synced at once', async () => {
    const work = workOn(['poison'], poisoned(BROKEN));
    for (let second = 1; second < 200; second++) {
      await work.untilTime(second * 1_000);
      work.add(`record ${second}`);
      const before = work.clock.now;
      while (work.due.has(`record ${second}`)) await work.untilTime(work.clock.now + 1);
      expect(work.clock.now - before).toBeLessThanOrEqual(1_000);
    }
  });

  test('has all its tries after an outage that it went through like the others, and no more', async () => {
    let tries = 0;
    const work = workOn(['poison', ...names(9)], (record, now) => {
      if (now < HOUR) return DOWN;
      tries += Number(record === 'poison');
      return record === 'poison' ? BROKEN : OK;
    });
    await work.untilDone();
    expect([work.failed, work.synced.length, tries]).toEqual([['poison'], 9, MOST_ATTEMPTS]);
  });
});

test('faults with an answer in between are no outage, of however many records', () => {
  const { gate, retries } = workOn([], () => OK);
  for (const record of names(20)) {
    expect(retries.onInterrupted(BROKEN, 0, record).countsAsAttempt).toBe(true);
    retries.onOutcome(OK);
  }
  expect(gate.closings).toBe(0);
});

describe('what OneSignal asks to wait for', () => {
  const interrupted = (outcome: OneSignalOutcome, attempts = 0) => {
    const work = workOn([], () => OK);
    return work.retries.onInterrupted(outcome, attempts, 'record');
  };

  test('a 429 is waited for, and costs no try', () => {
    const limited = { kind: 'rate_limited', status: 429, retryAfterMs: 90_000, scope: 'user' } as const;
    expect(interrupted(limited)).toEqual({ notBefore: 90_000, countsAsAttempt: false });
  });

  test('a 503 with Retry-After is not tried before that, and one without as the usual backoff says', () => {
    expect(interrupted({ ...DOWN, retryAfterMs: 90_000 } as OneSignalOutcome).notBefore).toBe(90_000);
    expect(interrupted(DOWN, 3).notBefore).toBe(16_000);
  });

  test('a call that the end of the relay cut off costs no try', () => {
    for (const fault of ['aborted', 'closed'] as const) {
      expect(interrupted({ kind: 'not_sent', fault })).toEqual({ notBefore: 0, countsAsAttempt: false });
    }
  });
});
