import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sourcesOfBuiltCode } from '../../bench/built-modules.ts';
import { sharesOf } from '../../bench/profile-shares.ts';

/** As the build makes it: code of several modules in one file. */
const BUILT = [
  'import { other } from "./other.js";',
  '// relay/store/sqlite-store.ts',
  'function commit() {}',
  '// node_modules/undici/lib/client.js',
  'function send() {}',
  '// node_modules/@scope/name/node_modules/inner/index.js',
  'function parse() {}',
  '// relay/mapping/plan.ts',
  'function plan() {}',
].join('\n');

let folder: string;
let built: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shares-'));
  mkdirSync(join(folder, 'dist/relay/parts'), { recursive: true });
  const path = join(folder, 'dist/relay/parts/metrics.js');
  writeFileSync(path, BUILT);
  built = pathToFileURL(path).href;
});
afterAll(() => rmSync(folder, { recursive: true }));

const node = (id: number, functionName: string, place: string | [line: number], ...children: number[]) => ({
  id,
  callFrame: {
    functionName,
    url: typeof place === 'string' ? place : built,
    lineNumber: typeof place === 'string' ? 0 : place[0],
  },
  children,
});
const profile = () => ({
  nodes: [
    node(1, '(root)', '', 2, 3, 4),
    node(2, '(idle)', ''),
    node(3, '(garbage collector)', ''),
    node(4, 'commit', [2], 5, 6, 7, 8, 10, 11),
    node(5, 'run', '', 9),
    node(6, 'send', [4]),
    node(7, 'parse', [6]),
    node(8, 'emit', 'node:events'),
    node(9, 'bind', ''),
    node(10, 'plan', [8]),
    node(11, 'retrieve', 'file:///srv/node_modules/@onesignal/node-onesignal/dist/index.js'),
  ],
  samples: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  timeDeltas: [9_000, 1_000, 2_000, 3_000, 400, 300, 1_000, 2_000, 200, 100],
});
const shares = (of = profile()) => sharesOf(of, sourcesOfBuiltCode());

test('an idle thread is not busy', () => {
  expect(shares().busyS).toBe(0);
  const longer = { ...profile(), timeDeltas: profile().timeDeltas.map((time) => time * 100) };
  expect(shares(longer).busyS).toBe(1);
});

test('each part has its share of the busy time, built-in functions for whoever called them, the largest first', () => {
  expect(Object.entries(shares().parts)).toEqual([
    ['built-in functions, called by relay/store', 0.5],
    ['relay/store', 0.2],
    ['(garbage collector)', 0.1],
    ['Node', 0.1],
    ['undici', 0.04],
    ['inner', 0.03],
    ['relay', 0.02],
    ['@onesignal/node-onesignal', 0.01],
  ]);
});
