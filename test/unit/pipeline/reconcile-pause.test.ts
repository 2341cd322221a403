import { pauseAfterPass } from '../../../relay/pipeline/reconcile-pause.ts';

test.each([
  { interval: 120_000, took: 1_000, pause: 89_000 },
  { interval: 900_000, took: 20_000, pause: 850_000 },
  { interval: 60_000, took: 500, pause: 44_500 },
])(
  'a change right behind a pass is through within $interval ms, though the pass takes $took ms',
  ({ interval, took, pause }) => {
    expect(pauseAfterPass(interval, took)).toBe(pause);
  },
);

test('passes that take longer than the interval leave Salesforce alone for half of it', () => {
  expect(pauseAfterPass(60_000, 300_000)).toBe(30_000);
});
