import fc from 'fast-check';
import { isUsableExternalId } from '../../../relay/mapping/external-id.ts';

test.each(['acct-9f31', 'müller@example.com', '山田', '00Q000000000001EAA', 'a'.repeat(128), '10', 'a.b'])(
  '%p is usable',
  (id) => {
    expect(isUsableExternalId(id)).toBe(true);
  },
);

test.each([
  '',
  'a b',
  'a/b',
  'a?b',
  'a#b',
  'a&b',
  'a=b',
  'a..b',
  '.',
  'a\u0000b',
  'a\u00a0b',
  'a\nb',
  'a'.repeat(129),
  'NA',
  'null',
  'NULL',
  '0',
  '-1',
  'all',
  'undefined',
  '00000000-0000-0000-0000-000000000000',
  'a\ud800b',
])('%p is not', (id) => {
  expect(isUsableExternalId(id)).toBe(false);
});

test('a usable id can stand in a path as one step that comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 130 }), (id) => {
      fc.pre(isUsableExternalId(id));
      const { pathname } = new URL(`https://example.com/users/by/external_id/${encodeURIComponent(id)}`);
      expect(pathname.split('/').map(decodeURIComponent)).toEqual(['', 'users', 'by', 'external_id', id]);
    }),
    { numRuns: 500 },
  );
});
