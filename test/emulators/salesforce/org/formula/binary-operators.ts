import type { Compiled, FormulaContext, FormulaType, Value } from './types.ts';

type Fail = (problem: string) => never;
const daySeconds = 86_400;

/**
 * Semantics as in Salesforce's own published formula engine (https://github.com/salesforce/formula-engine):
 * text compares with blank as empty; any other comparison with a blank is unknown (null), which AND, OR and IF take
 * for false; days added to a DateTime are rounded to whole seconds.
 */
export function binaryOperator(operator: string, left: Compiled, right: Compiled, fail: Fail): Compiled {
  const types = `${left.type} ${operator} ${right.type}`;
  if (operator === '=' || operator === '<>') return equality(operator, left, right, types, fail);
  if (['<', '<=', '>', '>='].includes(operator)) return ordering(operator, left, right, types, fail);
  if (operator === '&&' || operator === '||') return logic(operator, left, right, types, fail);
  if (operator === '&') {
    if (!isText(left.type) || !isText(right.type)) return fail(`wrong types: ${types}`);
    return both('text', left, right, (a, b) => `${a ?? ''}${b ?? ''}`);
  }
  return arithmetic(operator, left, right, types, fail);
}

const isText = (type: FormulaType): boolean => type === 'text' || type === 'null';

function both(type: FormulaType, left: Compiled, right: Compiled, apply: (a: Value, b: Value) => Value): Compiled {
  return { type, get: (context: FormulaContext) => apply(left.get(context), right.get(context)) };
}

function sameType(left: FormulaType, right: FormulaType): boolean {
  return left === right || left === 'null' || right === 'null';
}

function equality(operator: string, left: Compiled, right: Compiled, types: string, fail: Fail): Compiled {
  if (left.type === 'picklist' || right.type === 'picklist') {
    return fail(`a picklist can't be compared (${types}): use TEXT() or ISPICKVAL()`);
  }
  if (!sameType(left.type, right.type)) return fail(`wrong types: ${types}`);
  const negate = operator === '<>';
  if (left.type === 'text' || right.type === 'text') {
    return both('boolean', left, right, (a, b) => ((a ?? '') === (b ?? '')) !== negate);
  }
  return both('boolean', left, right, (a, b) => (a === null || b === null ? null : (a === b) !== negate));
}

function ordering(operator: string, left: Compiled, right: Compiled, types: string, fail: Fail): Compiled {
  const ordered: FormulaType[] = ['number', 'datetime', 'date', 'text'];
  if (left.type !== right.type || !ordered.includes(left.type)) return fail(`wrong types: ${types}`);
  const compare: Record<string, (a: string | number, b: string | number) => boolean> = {
    '<': (a, b) => a < b,
    '<=': (a, b) => a <= b,
    '>': (a, b) => a > b,
    '>=': (a, b) => a >= b,
  };
  return both('boolean', left, right, (a, b) => {
    if (a === null || b === null || typeof a === 'boolean' || typeof b === 'boolean') return null;
    return compare[operator]?.(a, b) ?? null;
  });
}

function logic(operator: string, left: Compiled, right: Compiled, types: string, fail: Fail): Compiled {
  if (left.type !== 'boolean' || right.type !== 'boolean') return fail(`wrong types: ${types}`);
  if (operator === '&&') {
    return { type: 'boolean', get: (context) => left.get(context) === true && right.get(context) === true };
  }
  return { type: 'boolean', get: (context) => left.get(context) === true || right.get(context) === true };
}

function arithmetic(operator: string, left: Compiled, right: Compiled, types: string, fail: Fail): Compiled {
  if (operator === '+' && left.type === 'text' && right.type === 'text') {
    return both('text', left, right, (a, b) => `${a ?? ''}${b ?? ''}`);
  }
  if (left.type === 'number' && right.type === 'number') {
    return both(
      'number',
      left,
      right,
      numeric((a, b) => calculate(operator, a, b)),
    );
  }
  if (left.type === 'datetime' && right.type === 'number' && (operator === '+' || operator === '-')) {
    return both(
      'datetime',
      left,
      right,
      numeric((a, b) => a + shift(operator === '+' ? b : -b)),
    );
  }
  if (operator === '+' && left.type === 'number' && right.type === 'datetime') {
    return both(
      'datetime',
      left,
      right,
      numeric((a, b) => b + shift(a)),
    );
  }
  if (operator === '-' && left.type === 'datetime' && right.type === 'datetime') {
    return both(
      'number',
      left,
      right,
      numeric((a, b) => (a - b) / (daySeconds * 1000)),
    );
  }
  return fail(`wrong types: ${types}`);
}

const shift = (days: number): number => Math.round(days * daySeconds) * 1000;

const numeric =
  (apply: (a: number, b: number) => number) =>
  (a: Value, b: Value): Value =>
    typeof a === 'number' && typeof b === 'number' ? apply(a, b) : null;

function calculate(operator: string, a: number, b: number): number {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (b === 0) throw new Error('division by zero');
  return a / b;
}
