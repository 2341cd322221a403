import { spawnSync } from 'node:child_process';
import { Chance } from '../fuzz/chance.ts';
import type { FuzzKind } from '../fuzz/fuzz-kind.ts';
import { playFuzz } from '../fuzz/play-fuzz.ts';
import { type PlayedFuzz, together } from '../fuzz/played-fuzz.ts';
import { readInQuery } from '../fuzz/soql-read.ts';
import { shareOut } from '../simulation/share-out.ts';

const MAIN = new URL('../fuzz/main.ts', import.meta.url);

test('4,000 generated inputs of every kind, and two runs of the whole relay, do nothing wrong', async () => {
  const parts = await shareOut<PlayedFuzz>(MAIN, '--count', { first: 20_000_000, count: 4_000, processes: 2 });
  const { inputs, tally, findings } = together(parts);
  expect(findings).toEqual([]);
  expect(inputs).toBeGreaterThan(4_000);
  const kinds = [
    'cometd reply',
    'event',
    'mapping',
    'onesignal reply',
    'record',
    'salesforce reply',
    'webhook',
    'whole relay',
  ];
  expect(Object.keys(tally).sort()).toEqual(kinds);
});

const kind = (play: FuzzKind['play']): FuzzKind => ({ name: 'x', weight: 1, play });

test('what an input does wrong, throws or lets escape is a finding with the seed that shows it again', async () => {
  const wrong = kind((_chance, find) => {
    find('a tag');
    return 'done';
  });
  expect((await playFuzz(5, 1, [wrong])).findings).toEqual([{ seed: 5, kind: 'x', what: 'a tag' }]);
  const throwing = kind(() => {
    throw new TypeError('no');
  });
  expect((await playFuzz(6, 1, [throwing])).findings).toMatchObject([
    { seed: 6, what: expect.stringMatching(/threw TypeError/) },
  ]);
});

/** In a process of its own: a test has none whose rejections it can see. */
test('a rejection that nobody takes is a finding', () => {
  const module = new URL('../fuzz/play-fuzz.ts', import.meta.url).href;
  const script = `
    const { playFuzz } = await import(${JSON.stringify(module)});
    const play = async () => {
      void Promise.reject(new Error('away'));
      await new Promise((resolve) => setImmediate(resolve));
      return 'done';
    };
    const { findings } = await playFuzz(7, 1, [{ name: 'x', weight: 1, play }]);
    console.log(JSON.stringify(findings));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(JSON.parse(stdout)).toMatchObject([{ seed: 7, what: expect.stringMatching(/away/) }]);
});

test('one number gives one input', () => {
  const drawn = () => {
    const chance = new Chance('fuzz 1');
    return [chance.random(), chance.upTo(9), chance.oneOf(['a', 'b'])];
  };
  expect(drawn()).toEqual(drawn());
});

test('a value that gets out of its quotes would be seen', () => {
  const query = (list: string) => `SELECT Id FROM Lead WHERE OneSignal_External_Id__c IN (${list})`;
  expect(readInQuery(query(String.raw`'a\'b','c'`))?.values).toEqual(["a'b", 'c']);
  for (const list of ["'a' OR Id != 'b'", "'a','b", "'a'b'", "'a') OR (Id != 'b'"])
    expect(readInQuery(query(list))).toBeUndefined();
});
