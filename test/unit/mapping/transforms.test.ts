import fc from 'fast-check';
import { TRANSFORMS, transformValue, unixSeconds } from '../../../relay/mapping/transforms.ts';

const anyValue = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null));

test('every transform of every value is a text with something in it, nothing, or "does not fit"', () => {
  fc.assert(
    fc.property(anyValue, fc.constantFrom(...TRANSFORMS), (value, transform) => {
      const result = transformValue(value, transform, 'UTC');
      if (typeof result === 'string') expect(result.trim()).not.toBe('');
      else expect(result === undefined || result === null).toBe(true);
    }),
  );
});

test('nothing stays nothing under every transform', () => {
  for (const transform of TRANSFORMS) {
    expect(transformValue(null, transform, 'UTC')).toBeUndefined();
    expect(transformValue('', transform, 'UTC')).toBeUndefined();
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
  expect(transformValue(value, transform, 'UTC')).toBe(expected);
});

test.each([
  // A day begins eight hours after UTC’s in winter, seven in summer.
  ['America/Los_Angeles', '2026-11-24', '2026-11-24T08:00:00Z'],
  ['America/Los_Angeles', '2026-07-01', '2026-07-01T07:00:00Z'],
  ['Asia/Kolkata', '2026-11-24', '2026-11-23T18:30:00Z'],
  // The clock jumps from 0:00 to 1:00: the day begins at the jump.
  ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z'],
  // 0:00 comes twice: the day begins with the first.
  ['America/Havana', '2026-11-01', '2026-11-01T04:00:00Z'],
])('in %s %s begins at %s', (timeZone, date, start) => {
  expect(transformValue(date, 'unix_seconds', timeZone)).toBe(String(Date.parse(start) / 1000));
});

test('a day that is in no calendar does not fit', () => {
  expect(transformValue('2026-02-30', 'unix_seconds', 'UTC')).toBeNull();
});

test('a slug of a slug is the same slug', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const once = transformValue(value, 'slug', 'UTC');
      if (typeof once === 'string') expect(transformValue(once, 'slug', 'UTC')).toBe(once);
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
