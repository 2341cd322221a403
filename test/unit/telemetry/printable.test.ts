import { printable } from '../../../relay/telemetry/printable.ts';

test('what a terminal would obey is not printed, and every letter is', () => {
  expect(printable('a\u001b[2Jb\u0007\rc\u009bd\u202ee')).toBe('a\ufffd[2Jb\ufffd\ufffdc\ufffdd\ufffde');
  const kept = 'Zoë\t新規 🦊 שלום\nnext';
  expect(printable(kept)).toBe(kept);
});
