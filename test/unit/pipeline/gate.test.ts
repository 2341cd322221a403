import { RelayError } from '../../../relay/config/relay-error.ts';
import { createGate, sleep } from '../../../relay/pipeline/gate.ts';
import { createWakeUp } from '../../../relay/pipeline/wake-up.ts';
import { SILENT_LOGGER } from '../../../relay/telemetry/logger.ts';

const ERROR = new RelayError('ONESIGNAL_UNREACHABLE', 'No answer.');
const NEVER = new AbortController().signal;

function gateAt(clock: { now: number }, probe?: () => Promise<RelayError | undefined>) {
  const told: string[] = [];
  const tell = (message: string) => void told.push(message);
  const logger = { ...SILENT_LOGGER, warn: tell, info: tell };
  const gate = createGate({
    side: 'OneSignal',
    logger,
    now: () => clock.now,
    random: () => 1,
    ...(probe && { probe }),
  });
  return { gate, told };
}

test('an open gate lets work pass at once', async () => {
  const { gate, told } = gateAt({ now: 0 });
  await gate.passable(NEVER);
  gate.open();
  expect([gate.closedBy, told]).toEqual([undefined, []]);
});

test('faults of work that was under way are one fault; the log tells of closing and opening once', () => {
  const clock = { now: 0 };
  const { gate, told } = gateAt(clock);
  for (let i = 0; i < 50; i++) gate.close(ERROR);
  clock.now = 1_000;
  gate.close(ERROR);
  expect(gate.closedBy).toBe(ERROR);
  gate.open();
  expect(gate.closedBy).toBeUndefined();
  expect(told).toEqual([expect.stringContaining('stands still'), expect.stringContaining('works again')]);
});

test('work passes a closed gate when its wait is over, without a probe as the question itself', async () => {
  const clock = { now: 0 };
  const { gate } = gateAt(clock);
  gate.close(ERROR);
  clock.now = 1_000;
  await gate.passable(NEVER);
  expect(gate.closedBy).toBe(ERROR);
});

test('several workers that wait ask one probe, and pass when it says that the side works', async () => {
  const clock = { now: 0 };
  let probes = 0;
  const { gate } = gateAt(clock, () => {
    probes += 1;
    return Promise.resolve(undefined);
  });
  gate.close(ERROR);
  clock.now = 1_000;
  await Promise.all([gate.passable(NEVER), gate.passable(NEVER), gate.passable(NEVER)]);
  expect([probes, gate.closedBy]).toEqual([1, undefined]);
});

test('the end of the relay ends every wait', async () => {
  const ending = new AbortController();
  const { gate } = gateAt({ now: 0 });
  gate.close(ERROR);
  const waits = [
    gate.passable(ending.signal),
    sleep(60_000, ending.signal),
    createWakeUp().wait(60_000, ending.signal),
  ];
  ending.abort();
  await Promise.all(waits);
  await sleep(60_000, ending.signal);
  expect(gate.closedBy).toBe(ERROR);
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
