/** A formula that can't be read or doesn't type-check. The message names where it stands. */
export class FormulaError extends Error {
  constructor(where: string, problem: string) {
    super(`${where}: formula: ${problem}`);
  }
}

export type Token =
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  /** A bare name, or a name in `{!…}`. */
  | { kind: 'name'; value: string; merge: boolean }
  | { kind: 'symbol'; value: string }
  | { kind: 'end' };

const space = /\s+|\/\*[\s\S]*?\*\//y;
const number = /\d+(\.\d+)?|\.\d+/y;
const name = /\$?[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*/y;
const mergeField = /\{!\s*(\$?[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*)\s*\}/y;
const symbol = /<>|!=|<=|>=|&&|\|\||==|[-+*/&=<>(),!^]/y;
const quoted = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y;

export function tokenize(source: string, where: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) at += found[0].length;
    return found;
  };
  while (at < source.length) {
    if (match(space)) continue;
    const token = nextToken(match);
    if (!token) throw new FormulaError(where, `unexpected text "${source.slice(at, at + 20)}"`);
    tokens.push(token);
  }
  tokens.push({ kind: 'end' });
  return tokens;
}

function nextToken(match: (pattern: RegExp) => RegExpExecArray | null): Token | undefined {
  const merged = match(mergeField);
  if (merged) return { kind: 'name', value: merged[1] ?? '', merge: true };
  const text = match(quoted);
  if (text) return { kind: 'string', value: unescaped(text[1] ?? text[2] ?? '') };
  const digits = match(number);
  if (digits) return { kind: 'number', value: Number(digits[0]) };
  const word = match(name);
  if (word) return { kind: 'name', value: word[0], merge: false };
  const sign = match(symbol);
  return sign ? { kind: 'symbol', value: sign[0] } : undefined;
}

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
