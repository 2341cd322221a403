/** What V8 can't keep in one byte. */
const WIDE = /[^\0-\xff]/g;
/** Where an escape would mean something else than the character. */
const NOT_ESCAPABLE = /\\[^\0-\xff]|String\.raw`[^`]*[^\0-\xff]/;

/**
 * The same code without characters that need two bytes: one of them, in a comment even, and the whole file takes twice the
 * memory for as long as the process lives. https://v8.dev/blog/v8-release-74 has how V8 keeps text
 * @throws Error where a character can't be replaced without a change of meaning
 */
export function inOneByteCharacters(code: string): string {
  const unfit = NOT_ESCAPABLE.exec(code)?.[0];
  if (unfit !== undefined) throw new Error(`can’t be written in one-byte characters: ${unfit}`);
  return code.replace(WIDE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
