import type { Lane } from '../../../relay/onesignal/onesignal-contract.ts';
import { createStartLine } from '../../../relay/pipeline/start-line.ts';

/** A line in front of OneSignal with so many places, and what was started. */
function lineWith(places: number) {
  const standing: Lane[] = [];
  const started: string[] = [];
  let onTurn: (() => void) | undefined;
  const line = createStartLine<{ name: string; lane: Lane; needsNoTurn?: boolean }>({
    client: {
      roomInLine: (lane) => places - standing.filter((one) => lane === 'bulk' || one === 'live').length,
      onTurn(listener) {
        onTurn = listener;
        return () => {
          onTurn = undefined;
        };
      },
    },
    laneOf: ({ lane }) => lane,
    start({ name, lane, needsNoTurn = false }) {
      started.push(name);
      if (!needsNoTurn) standing.push(lane);
    },
  });
  const turnCame = () => {
    standing.shift();
    onTurn?.();
  };
  return { line, started, turnCame, listens: () => onTurn !== undefined };
}

/** Whatever is looked at soon has been looked at. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const unit = (name: string, lane: Lane = 'live') => ({ name, lane });

test('no more is started than can stand in line for a turn', async () => {
  const { line, started } = lineWith(2);
  for (const name of ['a', 'b', 'c']) line.add(unit(name));
  await settled();
  expect(started).toEqual(['a', 'b']);
  expect(line.length).toBe(1);
});

test('the next is started when one in line has its turn', async () => {
  const { line, started, turnCame } = lineWith(1);
  for (const name of ['a', 'b', 'c']) line.add(unit(name));
  await settled();
  turnCame();
  await settled();
  expect(started).toEqual(['a', 'b']);
});

test('what needs no turn holds up nobody', async () => {
  const { line, started } = lineWith(1);
  for (const name of ['a', 'b', 'c']) line.add({ ...unit(name), needsNoTurn: true });
  await settled();
  expect(started).toEqual(['a', 'b', 'c']);
});

test('live work starts before bulk work that has waited for longer, also where bulk fills the line', async () => {
  const { line, started } = lineWith(1);
  line.add(unit('bulk 1', 'bulk'));
  line.add(unit('bulk 2', 'bulk'));
  await settled();
  line.add(unit('live'));
  await settled();
  expect(started).toEqual(['bulk 1', 'live']);
});

test('at a stop all is started, to be told that it has no turn, and the line listens no more', () => {
  const { line, started, listens } = lineWith(0);
  line.add(unit('bulk', 'bulk'));
  line.add(unit('live'));
  line.startAll();
  line.close();
  expect(started).toEqual(['live', 'bulk']);
  expect(listens()).toBe(false);
});

test('whoever waits for the line to become short is told when it is', async () => {
  const { line, turnCame } = lineWith(1);
  for (const name of ['a', 'b', 'c', 'd']) line.add(unit(name));
  await settled();
  let isShort = false;
  const waiting = line.whenAtMost(1, 60_000, new AbortController().signal).then(() => {
    isShort = true;
  });
  turnCame();
  await settled();
  expect([line.length, isShort]).toEqual([2, false]);
  turnCame();
  await waiting;
  expect(line.length).toBe(1);
});

test('a line that is short is waited for by nobody, and one that stays long ends with the time or the signal', async () => {
  const { line } = lineWith(0);
  line.add(unit('a'));
  await line.whenAtMost(1, 60_000, new AbortController().signal);
  await line.whenAtMost(0, 1, new AbortController().signal);
  await line.whenAtMost(0, 60_000, AbortSignal.abort());
  expect(line.length).toBe(1);
});
