import { RelayError } from '../../../relay/config/relay-error.ts';
import { createGate, sleep } from '../../../relay/pipeline/gate.ts';
import { createWakeUp } from '../../../relay/pipeline/wake-up.ts';
import { SILENT_LOGGER } from '../../../relay/telemetry/logger.ts';
import { gateInTime } from './gate-in-time.ts';

const ERROR = new RelayError('ONESIGNAL_UNREACHABLE', 'No answer.');
const OTHER_ERROR = new RelayError('ONESIGNAL_KEY_REFUSED', 'No.');
const NEVER = new AbortController().signal;

const STANDS_STILL = expect.stringContaining('stands still');
const WORKS_AGAIN = expect.stringContaining('works again');

test('an open gate lets work pass at once', async () => {
  const { gate, told, clock } = gateInTime();
  await gate.passable(NEVER);
  expect(await gate.through(NEVER, () => Promise.resolve('done'))).toBe('done');
  gate.open();
  expect([gate.closedBy, told, clock.waits]).toEqual([undefined, [], []]);
});

test('faults of work that was under way are one fault; the log tells of closing and opening once', async () => {
  const { gate, told, clock } = gateInTime();
  for (let i = 0; i < 50; i++) gate.close(ERROR);
  clock.now = 1_000;
  gate.close(ERROR);
  expect([gate.closedBy, gate.closings]).toEqual([ERROR, 1]);
  await gate.passable(NEVER);
  expect(clock.waits).toEqual([2_000]);
  gate.open();
  expect(gate.closedBy).toBeUndefined();
  expect(told).toEqual([STANDS_STILL, WORKS_AGAIN]);
});

test('another reason for the same standstill is told, since it asks for another next step', () => {
  const { gate, told, clock } = gateInTime();
  gate.close(ERROR);
  clock.now = 1_000;
  gate.close(OTHER_ERROR);
  expect([gate.closedBy, gate.closings, told.length]).toEqual([OTHER_ERROR, 1, 2]);
});

describe('without a probe the next piece of work is the question', () => {
  test('it passes when the wait is over, and waits grow while it fails', async () => {
    const { gate, clock, told } = gateInTime();
    gate.close(ERROR);
    for (let i = 0; i < 8; i++) await gate.through(NEVER, async () => gate.close(ERROR));
    expect(clock.waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000));
    await gate.through(NEVER, async () => gate.open());
    expect([gate.closedBy, told]).toEqual([undefined, [STANDS_STILL, WORKS_AGAIN]]);
  });

  test('one piece is tried at a time: the others start when it got through, and not before', async () => {
    const { gate } = gateInTime();
    gate.close(ERROR);
    const log: string[] = [];
    const { promise: answer, resolve: answerFirst } = Promise.withResolvers<void>();
    const work = (name: string) =>
      gate.through(NEVER, async () => {
        log.push(`${name} starts`);
        if (log.length === 1) await answer;
        gate.open();
      });
    const all = ['a', 'b', 'c'].map(work);
    await new Promise(setImmediate);
    expect(log).toHaveLength(1);
    answerFirst();
    await Promise.all(all);
    expect(log.sort()).toEqual(['a starts', 'b starts', 'c starts']);
  });

  test('when the first piece fails, the next waits as long as that failure asks', async () => {
    const { gate, clock } = gateInTime();
    gate.close(ERROR);
    const startedAt: number[] = [];
    const work = () =>
      gate.through(NEVER, async () => {
        startedAt.push(clock.now);
        gate.close(ERROR);
      });
    await Promise.all([work(), work(), work()]);
    expect(startedAt[0]).toBeGreaterThanOrEqual(1_000);
    expect((startedAt[1] ?? 0) - (startedAt[0] ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect((startedAt[2] ?? 0) - (startedAt[1] ?? 0)).toBeGreaterThanOrEqual(4_000);
  });

  test('a piece that asked nothing, or broke, leaves its turn to the next', async () => {
    const { gate } = gateInTime();
    gate.close(ERROR);
    const nothingToDo = gate.through(NEVER, () => Promise.resolve());
    const broken = gate.through(NEVER, () => Promise.reject(new TypeError('defect')));
    const asking = gate.through(NEVER, async () => gate.open());
    await expect(broken).rejects.toThrow(TypeError);
    await Promise.all([nothingToDo, asking]);
    expect(gate.closedBy).toBeUndefined();
  });

  test('other work does not wait for the end of a long piece, only for its first answer', async () => {
    const { gate, clock, told } = gateInTime();
    gate.close(ERROR);
    const { promise: answer, resolve: answerOnce } = Promise.withResolvers<void>();
    const { promise: end, resolve: endLong } = Promise.withResolvers<void>();
    const long = gate.through(NEVER, async () => {
      await answer;
      gate.answered();
      await end;
      gate.close(ERROR);
    });
    await new Promise(setImmediate);
    const other = gate.through(NEVER, () => Promise.resolve('done'));
    await new Promise(setImmediate);
    answerOnce();
    expect(await other).toBe('done');
    expect([gate.closedBy, told]).toEqual([undefined, [STANDS_STILL]]);
    gate.close(ERROR);
    await gate.through(NEVER, async () => gate.answered());
    endLong();
    await long;
    // What got a part of its answers and failed in the end is still the same outage.
    expect([gate.closedBy, told]).toEqual([ERROR, [STANDS_STILL]]);
    await gate.through(NEVER, async () => gate.open());
    expect(clock.waits).toEqual([1_000, 2_000, 4_000]);
  });
});

describe('with a probe', () => {
  test('several workers that wait ask one, and pass when it says that the side works', async () => {
    let probes = 0;
    const { gate } = gateInTime(() => {
      probes += 1;
      return Promise.resolve(undefined);
    });
    gate.close(ERROR);
    await Promise.all([gate.passable(NEVER), gate.passable(NEVER), gate.passable(NEVER)]);
    expect([probes, gate.closedBy]).toEqual([1, undefined]);
  });

  test('the side is asked until it answers, later each time', async () => {
    const answers = [ERROR, ERROR, ERROR, undefined];
    const { gate, clock, told } = gateInTime(() => Promise.resolve(answers.shift()));
    gate.close(ERROR);
    await gate.passable(NEVER);
    expect(clock.waits).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect([gate.closings, told]).toEqual([1, [STANDS_STILL]]);
    gate.open();
    expect(told).toEqual([STANDS_STILL, WORKS_AGAIN]);
  });

  test('a probe that works while work does not leads to longer waits and to no second warning', async () => {
    const { gate, clock, told } = gateInTime(() => Promise.resolve(undefined));
    for (let i = 0; i < 4; i++) {
      gate.close(ERROR);
      await gate.passable(NEVER);
    }
    expect(clock.waits).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect([gate.closings, told]).toEqual([4, [STANDS_STILL]]);
  });

  test('a suspicion that the probe denies is over at once and told to nobody', async () => {
    const { gate, clock, told } = gateInTime(() => Promise.resolve(undefined));
    gate.suspect();
    expect(gate.closedBy).toBeUndefined();
    await gate.passable(NEVER);
    expect([gate.closings, told, clock.waits]).toEqual([0, [], []]);
  });

  test('a suspicion that the probe confirms closes the gate', async () => {
    const answers = [ERROR, undefined];
    const { gate, clock, told } = gateInTime(() => Promise.resolve(answers.shift()));
    gate.suspect();
    await gate.passable(NEVER);
    expect([gate.closings, told, clock.waits]).toEqual([1, [STANDS_STILL], [1_000]]);
  });

  test('work that gets through while the probe fails knows better', async () => {
    const { gate, told } = gateInTime(async () => {
      gate.open();
      return ERROR;
    });
    gate.suspect();
    await gate.passable(NEVER);
    expect([gate.closedBy, gate.closings, told]).toEqual([undefined, 0, []]);
  });
});

test('the end of the relay ends every wait', async () => {
  const ending = new AbortController();
  const gate = createGate({ side: 'OneSignal', logger: SILENT_LOGGER, now: () => 0 });
  gate.close(ERROR);
  let hasStarted = false;
  const work = async () => {
    hasStarted = true;
  };
  const waits = [
    gate.passable(ending.signal),
    gate.through(ending.signal, work),
    sleep(60_000, ending.signal),
    createWakeUp().wait(60_000, ending.signal),
  ];
  ending.abort();
  await Promise.all(waits);
  await sleep(60_000, ending.signal);
  expect(gate.closedBy).toBe(ERROR);
  expect(hasStarted).toBe(false);
});

describe('a wake-up', () => {
  test('ends the wait of a loop, also when it comes before the wait', async () => {
    const wakeUp = createWakeUp();
    const waiting = wakeUp.wait(60_000, NEVER);
    wakeUp.wake();
    await waiting;
    wakeUp.wake();
    await wakeUp.wait(60_000, NEVER);
  });

  test('counts once, however often it comes', async () => {
    const wakeUp = createWakeUp();
    wakeUp.wake();
    wakeUp.wake();
    await wakeUp.wait(60_000, NEVER);
    let isOver = false;
    const second = wakeUp.wait(60_000, NEVER).then(() => {
      isOver = true;
    });
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    wakeUp.wake();
    await second;
  });
});
