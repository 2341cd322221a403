import { inOneByteCharacters } from '../../../scripts/build/one-byte-characters.ts';

test.each([
  ['a text', `'Für – 😀'`],
  ['a template', '`Für –`'],
  ['a regular expression', `/[à-ü–]/.source.length === 0 ? '' : 'zü'.replace(/[à-ü]/, '–')`],
  ['a name', '(() => { const größe = 3; return größe; })()'],
])('%s is the same in ASCII', (_, code) => {
  const ascii = inOneByteCharacters(code);
  expect(ascii).toMatch(/^[\0-\x7f]+$/);
  // biome-ignore lint/security/noGlobalEval: whether code means the same is seen by running it.
  expect(eval(ascii)).toEqual(eval(code));
});

test('what is ASCII stays as it is', () => {
  expect(inOneByteCharacters("const a = '\\u2013';\n")).toBe("const a = '\\u2013';\n");
});

test.each([
  ['is escaped already', "'\\–'"],
  ['is read as it is written', 'String.raw`ü`'],
])('a character that %s is refused, for an escape would mean something else', (_, code) => {
  expect(() => inOneByteCharacters(code)).toThrow('can’t be written in one-byte characters');
});
