import { createCrowds } from '../../../relay/pipeline/crowds.ts';

const MINUTE = 60_000;

test('of a kind of change the first thousand are live, what is beyond is a crowd', () => {
  const crowds = createCrowds(() => 0);
  const lanes = Array.from({ length: 1_002 }, () => crowds.laneOf('mass'));
  expect(lanes.filter((lane) => lane === 'live')).toHaveLength(1_000);
  expect(lanes.slice(1_000)).toEqual(['bulk', 'bulk']);
});

test('a change of another kind in the middle of a crowd is live', () => {
  const crowds = createCrowds(() => 0);
  for (let n = 0; n < 25_000; n += 1) crowds.laneOf('mass');
  expect(crowds.laneOf('somebody else')).toBe('live');
});

test('changes that come at the pace of people never make a crowd, however many they are', () => {
  let now = 0;
  const crowds = createCrowds(() => now);
  for (let n = 0; n < 5_000; n += 1) {
    now += MINUTE / 900;
    expect(crowds.laneOf('busy team')).toBe('live');
  }
});

test('a minute after a crowd its kind is live again', () => {
  let now = 0;
  const crowds = createCrowds(() => now);
  for (let n = 0; n < 5_000; n += 1) crowds.laneOf('mass');
  now += MINUTE;
  expect(crowds.laneOf('mass')).toBe('live');
});
