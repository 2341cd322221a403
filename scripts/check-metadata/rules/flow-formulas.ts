import type { Finding } from '../finding.ts';
import { type FlowModel, flowModel, resolveReference } from '../flow-model.ts';
import { formulaNames } from '../formula-names.ts';
import { filesOf, type MetadataPackage } from '../load-package.ts';
import { childrenNamed, textOf } from '../xml-element.ts';

const FLOW_FUNCTIONS = [
  'AND',
  'OR',
  'NOT',
  'IF',
  'ISBLANK',
  'ISPICKVAL',
  'TEXT',
  'NOW',
  'ISNEW',
  'ISCHANGED',
  'PRIORVALUE',
];
/** They need a saved state before and after, which a delete does not have. */
const SAVE_ONLY = ['ISNEW', 'ISCHANGED', 'PRIORVALUE'];

/** Formulas of flows are well formed, and name functions and references that exist. */
export function checkFlowFormulas(loaded: MetadataPackage): Finding[] {
  return filesOf(loaded, 'flow').flatMap((file) => {
    const flow = flowModel(file);
    const formulas = childrenNamed(file.root, 'formulas').map((each) => textOf(each, 'expression') ?? '');
    const start = textOf(flow.start, 'filterFormula');
    return [
      ...[...formulas, ...(start === undefined ? [] : [start])].flatMap((each) => checkFormula(loaded, flow, each)),
      ...(start === undefined ? [] : checkStartFormula(flow, start)),
    ];
  });
}

function checkFormula(loaded: MetadataPackage, flow: FlowModel, formula: string): Finding[] {
  const file = flow.file.path;
  const names = formulaNames(formula, true);
  if (names.problem !== undefined) return [{ rule: 'formula-syntax', file, message: names.problem }];
  const isDelete = textOf(flow.start, 'recordTriggerType') === 'Delete';
  return [
    ...names.references
      .filter((name) => resolveReference(loaded, flow, name) === undefined)
      .map((name) => ({ rule: 'formula-reference', file, message: `nothing is named ${name}` })),
    ...names.functions
      .filter((name) => !FLOW_FUNCTIONS.includes(name) || (isDelete && SAVE_ONLY.includes(name)))
      .map((name) => ({ rule: 'formula-function', file, message: `this flow cannot call ${name}` })),
  ];
}

/** Nobody at Salesforce says that a start formula takes them; a decision right after the start is the safe form. */
function checkStartFormula(flow: FlowModel, formula: string): Finding[] {
  return formulaNames(formula, true)
    .references.filter((name) => !name.startsWith('$Record.'))
    .map((name) => ({
      rule: 'flow-start',
      file: flow.file.path,
      message: `the entry condition names ${name}: put it into a decision after the start`,
    }));
}
