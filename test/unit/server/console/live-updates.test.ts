import type { Response } from 'express';
import type { Overview } from '../../../../relay/server/console/contract.ts';
import { createLiveUpdates } from '../../../../relay/server/console/live-updates.ts';
import type { OverviewDesk } from '../../../../relay/server/console/overview.ts';

/** Watchers whose requests and timers the test plays: an `EventEmitter` of an answer, and the looks. */
function liveUnderTest() {
  let due = 1;
  let now = 1;
  let isAllowed = true;
  const desk: OverviewDesk = { look: async () => ({ now: now++, work: { due } }) as unknown as Overview };
  const every: { ms: number; act: () => void }[] = [];
  const timers = {
    start(act: () => void, ms: number) {
      const one = { ms, act };
      every.push(one);
      return () => void every.splice(every.indexOf(one), 1);
    },
  };
  const live = createLiveUpdates({ desk, isAllowed: () => isAllowed, every: timers.start });
  const watch = () => {
    const written: string[] = [];
    let close = () => {};
    const response = {
      writableLength: 0,
      on: (_event: 'close', act: () => void) => {
        close = act;
      },
      writeHead: () => undefined,
      write: (text: string) => written.push(text),
      end: () => close(),
    };
    live.watch({} as never, response as unknown as Response);
    return { written, response, close: () => close(), told: () => written.filter((text) => text.startsWith('event:')) };
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const tick = async (ms: number) => {
    for (const one of every.filter((timer) => timer.ms === ms)) one.act();
    await turn();
  };
  return {
    watch,
    turn,
    tick,
    every,
    change: () => {
      due += 1;
    },
    endLogins: () => {
      isAllowed = false;
    },
  };
}

test('a watcher is told at once, then only of what changed', async () => {
  const live = liveUnderTest();
  const { told } = live.watch();
  await live.turn();
  await live.tick(1_000);
  expect(told()).toHaveLength(1);
  live.change();
  await live.tick(1_000);
  expect(told()).toHaveLength(2);
  expect(told()[1]).toMatch(/^event: overview\ndata: \{.*"due":2\}\}\n\n$/);
});

test('a heartbeat comes where nothing changes', async () => {
  const live = liveUnderTest();
  const { written } = live.watch();
  await live.turn();
  await live.tick(15_000);
  expect(written.at(-1)).toBe(': alive\n\n');
});

test('it ends for one whose login has ended, and nothing is looked at for nobody', async () => {
  const live = liveUnderTest();
  live.watch();
  expect(live.every).toHaveLength(2);
  live.endLogins();
  await live.tick(15_000);
  expect(live.every).toEqual([]);
});

test('there are twenty at most, and one who leaves makes room', () => {
  const live = liveUnderTest();
  const watchers = Array.from({ length: 20 }, live.watch);
  expect(live.watch).toThrow(expect.objectContaining({ code: 'CONSOLE_TOO_MANY_WATCHERS' }));
  watchers[0]?.close();
  expect(live.watch).not.toThrow();
});

test('one who does not read is passed over, and told once it does', async () => {
  const live = liveUnderTest();
  const { response, told } = live.watch();
  await live.turn();
  response.writableLength = 300_000;
  live.change();
  await live.tick(1_000);
  expect(told()).toHaveLength(1);
  response.writableLength = 0;
  await live.tick(1_000);
  expect(told()).toHaveLength(2);
});
