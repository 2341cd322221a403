import fc from 'fast-check';
import { TRANSFORMS, transformValue, unixSeconds } from '../../../relay/mapping/transforms.ts';

const anyValue = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null));

test('every transform of every value is a text with something in it, nothing, or "does not fit"', () => {
  fc.assert(
    fc.property(anyValue, fc.constantFrom(...TRANSFORMS), (value, transform) => {
      const result = transformValue(value, transform);
      if (typeof result === 'string') expect(result.trim()).not.toBe('');
      else expect(result === undefined || result === null).toBe(true);
    }),
  );
});

test('nothing stays nothing under every transform', () => {
  for (const transform of TRANSFORMS) {
    expect(transformValue(null, transform)).toBeUndefined();
    expect(transformValue('', transform)).toBeUndefined();
  }
});

test.each([
  ['text', '山田 太郎', '山田 太郎'],
  ['text', 0, '0'],
  ['text', false, 'false'],
  ['text', '  ', undefined],
  ['lowercase', 'ÉCOLE', 'école'],
  ['slug', '  Größe & Maß / 2026! ', 'größe-maß-2026'],
  ['slug', 'हिन्दी नाम', 'हिन्दी-नाम'],
  ['slug', '!!!', undefined],
  ['number', '12.50', '12.5'],
  ['number', 1_500_000, '1500000'],
  ['number', '1,500', null],
  ['number', 'n/a', null],
  ['boolean', true, 'true'],
  ['boolean', 'FALSE', 'false'],
  ['boolean', 1, 'true'],
  ['boolean', 'yes', null],
  ['unix_seconds', '2026-11-24T10:00:00.000+0000', '1795514400'],
  ['unix_seconds', '2026-11-24', '1795478400'],
  ['unix_seconds', '24.11.2026', null],
  ['unix_seconds', 1795514400, null],
] as const)('%s of %p is %p', (transform, value, expected) => {
  expect(transformValue(value, transform)).toBe(expected);
});

test('a slug of a slug is the same slug', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const once = transformValue(value, 'slug');
      if (typeof once === 'string') expect(transformValue(once, 'slug')).toBe(once);
    }),
  );
});

test('a time keeps its second in each form in which Salesforce writes it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), fc.integer({ min: 0, max: 999 }), (seconds, ms) => {
      const iso = new Date(seconds * 1000 + ms).toISOString();
      expect(unixSeconds(iso)).toBe(seconds);
      expect(unixSeconds(iso.replace('Z', '+0000'))).toBe(seconds);
      expect(unixSeconds(iso.replace('Z', '+02:00'))).toBe(seconds - 7_200);
    }),
  );
});
