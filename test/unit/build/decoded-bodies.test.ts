import { decode, encodingExists, getDecoder } from '../../../scripts/build/in-place-of/iconv-lite.ts';

const TEXT = '{"name":"Zoë 🚀"}';

test.each([
  ['utf-8', Buffer.from(TEXT)],
  ['utf-8', Buffer.from(`\uFEFF${TEXT}`)],
  ['utf-16', Buffer.from(TEXT, 'utf16le')],
])('a body in %s is read, wherever its pieces are cut', (encoding, bytes) => {
  expect(decode(bytes, encoding)).toBe(TEXT);
  const { write, end } = getDecoder(encoding);
  expect([...bytes].map((byte) => write(Uint8Array.of(byte))).join('') + end()).toBe(TEXT);
});

test('an encoding that nobody knows is told as express expects it', () => {
  expect([encodingExists('utf-8'), encodingExists('utf-9')]).toEqual([true, false]);
  expect(() => getDecoder('utf-9')).toThrow(/^Encoding not recognized: /);
});
