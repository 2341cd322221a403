import { influenceOf } from '../../../../relay/pipeline/engagement/influence.ts';
import type { Touch } from '../../../../relay/store/engagement.ts';

const HOUR = 3_600_000;
const AT = 1_764_000_000_000;
const touch = (what: Touch['what'], hoursBefore: number, messageId: string): Touch => ({
  userKey: 'u',
  what,
  at: AT - hoursBefore * HOUR,
  messageId,
});
const of = (...touches: Touch[]) => influenceOf({ at: AT }, touches, 72 * HOUR);

test('the last message clicked counts', () => {
  expect(of(touch('clicked', 2, 'second'), touch('clicked', 30, 'first'))).toBe('second');
});

test('a click counts before an open that came later', () => {
  expect(of(touch('clicked', 30, 'clicked'), touch('opened', 1, 'opened'))).toBe('clicked');
});

test('where nothing was clicked the last message opened counts', () => {
  expect(of(touch('opened', 30, 'first'), touch('opened', 1, 'second'))).toBe('second');
});

test('a click before the window leaves an open within it', () => {
  expect(of(touch('clicked', 73, 'old'), touch('opened', 71, 'opened'))).toBe('opened');
});

test('the window has its first and its last moment', () => {
  expect(of(touch('clicked', 72, 'first'))).toBe('first');
  expect(of({ ...touch('clicked', 72, 'x'), at: AT - 72 * HOUR - 1 })).toBeNull();
  expect(of(touch('clicked', 0, 'same second'))).toBe('same second');
  expect(of({ ...touch('clicked', 0, 'x'), at: AT + 1_000 })).toBeNull();
});

test('nothing counts where nobody did anything', () => {
  expect(of()).toBeNull();
});
