import { compileFieldReference } from '../field-values.ts';
import { functions } from '../formula/functions.ts';
import type { Compiled } from '../formula/types.ts';
import type { ObjectDef } from '../schema.ts';
import { fieldOf } from '../schema.ts';
import type { XmlNode } from '../xml.ts';
import { MetadataError } from '../xml.ts';
import type { FlowScope } from './flow-scope.ts';

/** The conditions of a decision's rule. */
export function ruleTest(rule: XmlNode, scope: FlowScope, hasPrior: boolean): Compiled {
  const tests = rule.nodes('conditions').map((node) => {
    node.allowOnly(['leftValueReference', 'operator', 'rightValue']);
    return condition(node, scope.resolve(node.text('leftValueReference')), scope, 'rightValue', hasPrior);
  });
  return combine(tests, rule.text('conditionLogic'), rule);
}

/** The filters of a start element, when it uses those instead of a formula. */
export function startFilters(start: XmlNode, object: ObjectDef, scope: FlowScope, hasPrior: boolean): Compiled {
  const tests = start.nodes('filters').map((node) => {
    node.allowOnly(['field', 'operator', 'value']);
    const field = fieldOf(object, node.text('field'));
    if (!field) throw new MetadataError(node.where, `field ${node.text('field')} does not exist`);
    const left = compileFieldReference(field, (context) => context.record);
    return condition(node, left, scope, 'value', hasPrior);
  });
  return combine(tests, start.text('filterLogic'), start);
}

function combine(tests: Compiled[], logic: string, node: XmlNode): Compiled {
  if (tests.length === 0) throw new MetadataError(node.where, 'has no conditions');
  if (logic === 'and') return { type: 'boolean', get: (context) => tests.every((test) => test.get(context) === true) };
  if (logic === 'or') return { type: 'boolean', get: (context) => tests.some((test) => test.get(context) === true) };
  throw new MetadataError(node.where, `condition logic "${logic}" is not emulated`);
}

/** A blank is not equal to false here: only true is true. */
function condition(node: XmlNode, left: Compiled, scope: FlowScope, element: string, hasPrior: boolean): Compiled {
  const operator = node.text('operator');
  const right = scope.value(node, operator === 'EqualTo' || operator === 'NotEqualTo' ? left.type : 'boolean', element);
  if (operator === 'EqualTo' || operator === 'NotEqualTo') {
    if (left.type !== 'boolean') throw new MetadataError(node.where, `${operator} on a ${left.type} is not emulated`);
    const negate = operator === 'NotEqualTo';
    return { type: 'boolean', get: (context) => (left.get(context) === right.get(context)) !== negate };
  }
  if (operator === 'IsNull') {
    return {
      type: 'boolean',
      get: (context) => [null, ''].includes(left.get(context) as string | null) === (right.get(context) === true),
    };
  }
  if (operator === 'IsChanged') return changed(node, left, right, hasPrior);
  throw new MetadataError(node.where, `operator ${operator} is not emulated`);
}

function changed(node: XmlNode, left: Compiled, right: Compiled, hasPrior: boolean): Compiled {
  const build = functions.ISCHANGED;
  if (!build || !left.recordField) throw new MetadataError(node.where, 'IsChanged needs a field of $Record');
  const test = build([{ kind: 'null' }], {
    scope: { where: node.where, mergeSyntax: true, hasPrior, resolve: () => left },
    compile: () => left,
    fail: (problem) => {
      throw new MetadataError(node.where, problem);
    },
  });
  return { type: 'boolean', get: (context) => test.get(context) === right.get(context) };
}
