import type { Token } from './tokens.ts';
import { FormulaError, tokenize } from './tokens.ts';

export type Node =
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }
  | { kind: 'reference'; path: string; merge: boolean }
  | { kind: 'call'; name: string; args: Node[] }
  | { kind: 'unary'; operator: '-' | '!'; operand: Node }
  | { kind: 'binary'; operator: string; left: Node; right: Node };

/** Loosest first. The aliases `!=`, `==` are turned into `<>`, `=`. */
const levels: string[][] = [
  ['||'],
  ['&&'],
  ['=', '<>', '!=', '=='],
  ['<', '<=', '>', '>='],
  ['&'],
  ['+', '-'],
  ['*', '/'],
];
const alias: Record<string, string> = { '!=': '<>', '==': '=' };

export function parseFormula(source: string, where: string): Node {
  const tokens = tokenize(source, where);
  let at = 0;
  const fail = (problem: string): never => {
    throw new FormulaError(where, problem);
  };
  const peek = (): Token => tokens[at] ?? { kind: 'end' };
  const isSymbol = (value: string): boolean => {
    const token = peek();
    return token.kind === 'symbol' && token.value === value;
  };
  const expect = (value: string): void => {
    if (!isSymbol(value)) fail(`expected "${value}" at token ${at + 1}`);
    at++;
  };

  const binary = (level: number): Node => {
    const operators = levels[level];
    if (!operators) return unary();
    let left = binary(level + 1);
    for (;;) {
      const token = peek();
      if (token.kind !== 'symbol' || !operators.includes(token.value)) return left;
      at++;
      left = { kind: 'binary', operator: alias[token.value] ?? token.value, left, right: binary(level + 1) };
    }
  };
  const unary = (): Node => {
    for (const operator of ['-', '!'] as const) {
      if (isSymbol(operator)) {
        at++;
        return { kind: 'unary', operator, operand: unary() };
      }
    }
    return primary();
  };
  const primary = (): Node => {
    const token = peek();
    at++;
    if (token.kind === 'number' || token.kind === 'string') return token;
    if (token.kind === 'name') return named(token.value, token.merge);
    if (token.kind === 'symbol' && token.value === '(') {
      const inner = binary(0);
      expect(')');
      return inner;
    }
    return fail(token.kind === 'end' ? 'ends too early' : `unexpected "${token.value}"`);
  };
  const named = (name: string, merge: boolean): Node => {
    if (!merge && isSymbol('(')) {
      at++;
      return { kind: 'call', name: name.toUpperCase(), args: args() };
    }
    const word = name.toUpperCase();
    if (!merge && (word === 'TRUE' || word === 'FALSE')) return { kind: 'boolean', value: word === 'TRUE' };
    if (!merge && word === 'NULL') return { kind: 'null' };
    return { kind: 'reference', path: name, merge };
  };
  const args = (): Node[] => {
    const list: Node[] = [];
    if (isSymbol(')')) {
      at++;
      return list;
    }
    for (;;) {
      list.push(binary(0));
      if (isSymbol(')')) {
        at++;
        return list;
      }
      expect(',');
    }
  };

  const root = binary(0);
  if (peek().kind !== 'end') fail(`unexpected text after token ${at}`);
  return root;
}
