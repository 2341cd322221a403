import { sharesOf } from '../../bench/profile-shares.ts';

const node = (id: number, functionName: string, url: string, ...children: number[]) => ({
  id,
  callFrame: { functionName, url },
  children,
});
const profile = {
  nodes: [
    node(1, '(root)', '', 2, 3, 4),
    node(2, '(idle)', ''),
    node(3, '(garbage collector)', ''),
    node(4, 'commit', 'file:///srv/dist/relay/store/sqlite-store.js', 5, 6, 7, 8),
    node(5, 'run', '', 9),
    node(6, 'send', 'file:///srv/node_modules/undici/lib/client.js'),
    node(7, 'parse', 'file:///srv/node_modules/@scope/name/index.js'),
    node(8, 'emit', 'node:events'),
    node(9, 'bind', ''),
  ],
  samples: [2, 3, 4, 5, 6, 7, 8, 9],
  timeDeltas: [9_000, 1_000, 2_000, 3_000, 500, 500, 1_000, 2_000],
};

test('an idle thread is not busy', () => {
  expect(sharesOf(profile).busyS).toBe(0);
  const longer = { ...profile, timeDeltas: profile.timeDeltas.map((time) => time * 100) };
  expect(sharesOf(longer).busyS).toBe(1);
});

test('each part has its share of the busy time, built-in functions for whoever called them, the largest first', () => {
  expect(Object.entries(sharesOf(profile).parts)).toEqual([
    ['built-in functions, called by relay/store', 0.5],
    ['relay/store', 0.2],
    ['(garbage collector)', 0.1],
    ['Node', 0.1],
    ['undici', 0.05],
    ['@scope/name', 0.05],
  ]);
});
