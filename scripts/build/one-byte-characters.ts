/** What Node can't read into one byte a character. */
const WIDE = /[^\0-\x7f]/g;
/** Where an escape would mean something else than the character. */
const NOT_ESCAPABLE = /\\[^\0-\x7f]|String\.raw`[^`]*[^\0-\x7f]/;

/**
 * The same code in ASCII: of any other character, in a comment even, Node makes a text of two bytes a character, which the
 * process keeps for as long as it lives. https://github.com/nodejs/node/blob/main/src/string_bytes.cc (`Encode`)
 * @throws Error where a character can't be replaced without a change of meaning
 */
export function inOneByteCharacters(code: string): string {
  const unfit = NOT_ESCAPABLE.exec(code)?.[0];
  if (unfit !== undefined) throw new Error(`can’t be written in one-byte characters: ${unfit}`);
  return code.replace(WIDE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
