import { shareDone } from '../../../relay/cli/reconcile-command.ts';

const progress = (from: number, readUpTo: number, until: number) => ({
  from,
  readUpTo,
  until,
  read: 0,
  due: 0,
  dueBy: { unanswered: 0, stage: 0, inputs: 0, deleted: 0 },
});

test.each([
  [0, 25, 100, 0.25],
  [0, 130, 100, 1],
  [5, 5, 5, 1],
])('of what lies between %s and %s of %s, the share done is %s', (from, readUpTo, until, share) => {
  expect(shareDone(progress(from, readUpTo, until))).toBe(share);
});
