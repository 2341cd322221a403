import { keepLive, type LiveEnds, type LiveState } from '../../../relay/console/session/live-connection.ts';

/** A stream, a relay to ask and a clock, all moved by the test. */
function stage() {
  const told: LiveState[] = [];
  const shown: string[] = [];
  const opened: { message(message: string): void; opened(): void; failed(): void; isClosed: boolean }[] = [];
  let timers: { run: () => void; at: number }[] = [];
  let now = 0;
  let answer: () => Promise<string> = () => Promise.resolve('asked');
  const ends: LiveEnds<string> = {
    open(on) {
      const stream = { ...on, isClosed: false };
      opened.push(stream);
      return () => {
        stream.isClosed = true;
      };
    },
    askOnce: () => answer(),
    schedule(run, afterMs) {
      const timer = { run, at: now + afterMs };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  const end = keepLive(
    ends,
    (message) => shown.push(message),
    (state) => told.push(state),
  );
  return {
    told,
    shown,
    opened,
    end,
    timers: () => timers.length,
    stream: () => opened.at(-1),
    silence: () => {
      answer = () => Promise.reject(new Error('nobody'));
    },
    /** Lets time pass, and what follows from it happen. */
    async pass(ms: number) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { run } of due) run();
      await new Promise(setImmediate);
    },
  };
}

test('it is live once the stream is open, and shows what comes', () => {
  const { told, shown, stream } = stage();
  expect(told).toEqual(['connecting']);
  stream()?.opened();
  stream()?.message('one');
  expect(told).toEqual(['connecting', 'live']);
  expect(shown).toEqual(['one']);
});

test('a stream that breaks is told of, closed, and opened anew after a wait that grows', async () => {
  const { told, opened, stream, pass } = stage();
  stream()?.opened();
  stream()?.failed();
  expect(told.at(-1)).toBe('lost');
  expect(opened[0]?.isClosed).toBe(true);
  await pass(999);
  expect(opened).toHaveLength(1);
  await pass(1);
  expect(opened).toHaveLength(2);
  stream()?.failed();
  await pass(1_000);
  expect(opened).toHaveLength(2);
  await pass(1_000);
  expect(opened).toHaveLength(3);
});

test('after it was live the waits begin anew', async () => {
  const { opened, stream, pass } = stage();
  for (const wait of [1_000, 2_000, 5_000]) {
    stream()?.failed();
    await pass(wait);
  }
  stream()?.opened();
  stream()?.failed();
  await pass(1_000);
  expect(opened).toHaveLength(5);
});

test('while no stream can be had, what the relay answers is shown all the same', async () => {
  const { shown, stream, pass, told } = stage();
  stream()?.failed();
  await pass(1_000);
  expect(shown).toEqual(['asked']);
  expect(told.at(-1)).toBe('lost');
});

test('a quiet stream is checked by asking, and is lost when nobody answers', async () => {
  const { told, shown, stream, pass, silence, opened } = stage();
  stream()?.opened();
  await pass(30_000);
  expect(shown).toEqual(['asked']);
  expect(told.at(-1)).toBe('live');
  silence();
  await pass(30_000);
  expect(told.at(-1)).toBe('lost');
  expect(opened[0]?.isClosed).toBe(true);
});

test('what was ended opens nothing and shows nothing more', async () => {
  const { shown, opened, stream, pass, end, timers } = stage();
  stream()?.failed();
  const asking = pass(1_000);
  end();
  await asking;
  expect(shown).toEqual([]);
  expect(opened).toHaveLength(1);
  expect(timers()).toBe(0);
});
