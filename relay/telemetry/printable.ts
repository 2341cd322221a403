/** Control characters but tab and line feed, and the marks that turn the direction of a text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * The text without what a terminal would obey instead of showing: the values of a record may come from a web form, and
 * could clear the screen of who looks at them, or write over what stands there.
 */
export function printable(text: string): string {
  return text.replace(OBEYED, '\ufffd');
}
