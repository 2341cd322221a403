import { binaryOperator } from './binary-operators.ts';
import { functions } from './functions.ts';
import type { Node } from './parse.ts';
import { parseFormula } from './parse.ts';
import { FormulaError } from './tokens.ts';
import type { Compiled, FormulaScope } from './types.ts';
import { not } from './types.ts';

/** Parses and type-checks; everything that isn't emulated fails here, while loading. */
export function compileFormula(source: string, scope: FormulaScope): Compiled {
  const fail = (problem: string): never => {
    throw new FormulaError(scope.where, problem);
  };
  const compile = (node: Node): Compiled => {
    switch (node.kind) {
      case 'number':
        return { type: 'number', get: () => node.value };
      case 'string':
        return { type: 'text', get: () => node.value };
      case 'boolean':
        return { type: 'boolean', get: () => node.value };
      case 'null':
        return { type: 'null', get: () => null };
      case 'reference':
        if (node.merge !== scope.mergeSyntax) {
          return fail(`"${node.path}" must ${scope.mergeSyntax ? '' : 'not '}be written as {!${node.path}} here`);
        }
        return scope.resolve(node.path);
      case 'unary':
        return unaryOperator(node.operator, compile(node.operand), fail);
      case 'binary':
        return binaryOperator(node.operator, compile(node.left), compile(node.right), fail);
      case 'call': {
        const build = functions[node.name];
        if (!build) return fail(`function ${node.name} is not emulated`);
        return build(node.args, { scope, compile, fail });
      }
    }
  };
  return compile(parseFormula(source, scope.where));
}

function unaryOperator(operator: '-' | '!', operand: Compiled, fail: (problem: string) => never): Compiled {
  const wanted = operator === '-' ? 'number' : 'boolean';
  if (operand.type !== wanted) return fail(`"${operator}" needs a ${wanted}, not ${operand.type}`);
  const get = operand.get;
  if (operator === '!') return { type: 'boolean', get: (context) => not(get(context)) };
  return {
    type: 'number',
    get: (context) => {
      const value = get(context);
      return typeof value === 'number' ? -value : null;
    },
  };
}
