import { FingerprintSet } from '../../../../relay/pipeline/preview/fingerprint-set.ts';

test('each text is new once, however many there are', () => {
  const set = new FingerprintSet();
  const texts = Array.from({ length: 20_000 }, (_, n) => `text ${n}`);
  expect(set.has('text 0')).toBe(false);
  expect(texts.every((text) => set.add(text))).toBe(true);
  expect(texts.some((text) => set.add(text))).toBe(false);
  expect([set.size, set.has('text 19999'), set.has('text 20000')]).toEqual([20_000, true, false]);
});
