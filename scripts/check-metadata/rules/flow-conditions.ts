import type { Finding } from '../finding.ts';
import { type FlowModel, flowModel, literalKind, resolveReference } from '../flow-model.ts';
import { filesOf, type MetadataPackage } from '../load-package.ts';
import { child, childrenNamed, descendants, textOf, type XmlElement } from '../xml-element.ts';

/** Operators that ask a yes-or-no question: what they compare with is a boolean. */
const QUESTIONS = ['IsNull', 'IsChanged', 'IsBlank', 'IsEmpty'];

/** Conditions count what is there, compare like with like, and ask for changes only where a save can have some. */
export function checkFlowConditions(loaded: MetadataPackage): Finding[] {
  return filesOf(loaded, 'flow').flatMap((file) => {
    const flow = flowModel(file);
    const elements = descendants(file.root);
    const messages = [
      ...elements.flatMap((each) => logicProblem(each)),
      ...elements.filter((each) => each.name === 'conditions').flatMap((each) => comparison(loaded, flow, each)),
      ...elements.filter((each) => each.name === 'filters').flatMap(questionProblem),
    ];
    return messages.map((message) => ({ rule: 'flow-condition', file: file.path, message }));
  });
}

/** `and`, `or`, or numbers of conditions such as `1 AND (2 OR 3)`. */
function logicProblem(element: XmlElement): string[] {
  const logic = textOf(element, 'conditionLogic') ?? textOf(element, 'filterLogic');
  const conditions = [...childrenNamed(element, 'conditions'), ...childrenNamed(element, 'filters')];
  if (logic === undefined) return conditions.length > 0 ? [`<${element.name}> has conditions but no logic`] : [];
  if (logic === 'and' || logic === 'or') return conditions.length > 0 ? [] : [`<${element.name}> has no conditions`];
  const words = logic.match(/\d+|[A-Za-z]+/g) ?? [];
  const bad = words.filter((word) =>
    /\d/.test(word) ? Number(word) < 1 || Number(word) > conditions.length : !/^(and|or|not)$/i.test(word),
  );
  return bad.map((word) => `the logic "${logic}" names ${word}, which is not there`);
}

function comparison(loaded: MetadataPackage, flow: FlowModel, condition: XmlElement): string[] {
  const left = textOf(condition, 'leftValueReference') ?? '';
  const operator = textOf(condition, 'operator') ?? '';
  const isDelete = textOf(flow.start, 'recordTriggerType') === 'Delete';
  if (operator === 'IsChanged' && (isDelete || !left.startsWith('$Record.'))) {
    return [`IsChanged works on fields of $Record in a save only, not on ${left}`];
  }
  if (QUESTIONS.includes(operator)) return questionProblem(condition);
  const kind = resolveReference(loaded, flow, left);
  const right = child(condition, 'rightValue')?.children[0];
  if (kind === undefined || right === undefined) return [];
  const rightKind =
    right.name === 'elementReference' ? resolveReference(loaded, flow, right.text.trim()) : literalKind(right.name);
  if (rightKind === undefined || rightKind === kind) return [];
  return [`${left} is a ${kind}, compared with a ${rightKind}`];
}

function questionProblem(condition: XmlElement): string[] {
  const operator = textOf(condition, 'operator') ?? '';
  if (!QUESTIONS.includes(operator)) return [];
  const right = (child(condition, 'rightValue') ?? child(condition, 'value'))?.children[0];
  return right?.name === 'booleanValue' ? [] : [`${operator} compares with a <booleanValue>`];
}
