import fc from 'fast-check';
import { cut, describeOutcome, REASONS, type ReasonCode } from '../../../relay/mapping/outcome.ts';

const codes = Object.keys(REASONS) as ReasonCode[];

test.each(codes)('%s fits its fields and says what to do', (code) => {
  const { meaning, nextStep, status } = REASONS[code];
  expect(code.length).toBeLessThanOrEqual(40);
  expect(['Synced', 'Skipped', 'Failed']).toContain(status);
  expect(describeOutcome(code)).toBe(`${meaning} ${nextStep}`);
  expect(describeOutcome(code).length).toBeLessThanOrEqual(255);
});

test('a detail keeps its next step, fits 255 characters and is never cut inside a character', () => {
  const what = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400, size: 'max' });
  fc.assert(
    fc.property(fc.constantFrom(...codes), what, (code, text) => {
      const detail = describeOutcome(code, text);
      expect(detail.length).toBeLessThanOrEqual(255);
      expect(detail.isWellFormed()).toBe(true);
      expect(detail.endsWith(REASONS[code].nextStep)).toBe(true);
    }),
  );
});

test('cutting leaves what fits, and never half a character', () => {
  expect(cut('a'.repeat(255))).toBe('a'.repeat(255));
  expect(cut('a'.repeat(256))).toBe(`${'a'.repeat(254)}…`);
  expect(cut(`${'a'.repeat(253)}🦊🦊`)).toBe(`${'a'.repeat(253)}…`);
});
