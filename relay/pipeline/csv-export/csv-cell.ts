/**
 * Why a text can't stand in a cell as it is. A file that is imported must hold the exact value, and one that a person
 * opens must not run it: the usual guard, a quote before the text, would end up in OneSignal. So such a text is in no file.
 */
export type CellProblem = 'formula' | 'unprintable';

/**
 * What makes a spreadsheet take a cell for a formula, quoted or not: https://owasp.org/www-community/attacks/CSV_Injection,
 * with the wide forms of the signs that csv-stringify guards against (https://csv.js.org/stringify/options/escape_formulas/).
 */
const FORMULA_START = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/u;
/** A signed number, a phone number for one, is a formula that does nothing. */
const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;
/** "No non-printable characters": https://documentation.onesignal.com/docs/en/import */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

export function cellProblem(text: string): CellProblem | undefined {
  if (UNPRINTABLE.test(text)) return 'unprintable';
  return FORMULA_START.test(text) && !NUMBER.test(text) ? 'formula' : undefined;
}

/** The page above also says "no non-ASCII characters", though it asks for UTF-8: what comes of them is to be tried out. */
export function isAscii(text: string): boolean {
  return /^[\x20-\x7E]*$/.test(text);
}
