import type { FieldValue, FieldValues } from '../../org-contract.ts';
import { formulaTypeOf, fromFormulaValue } from '../field-values.ts';
import type { FormulaContext, Value } from '../formula/types.ts';
import type { ObjectDef } from '../schema.ts';
import { faultVariable } from './flow-scope.ts';
import type {
  Assignment,
  Decision,
  Flow,
  FlowElement,
  FlowTrigger,
  Publish,
  ReadyFilter,
  RecordFilter,
  Update,
} from './flow-types.ts';

/** An element of a flow failed and had no fault path: the save fails. */
export class FlowFailure extends Error {
  readonly flow: string;
  constructor(flow: string, cause: string) {
    super(cause);
    this.flow = flow;
  }
}

export interface FlowRun {
  /** The record; a before-save flow changes it in place. */
  record: FieldValues;
  prior: FieldValues | null;
  isNew: boolean;
  /** The flow can't see the values before. */
  hidesPrior: boolean;
  now: number;
  permissions: ReadonlySet<string>;
  /** Throws when the platform refuses the event: that goes down the fault path. */
  publish: (event: ObjectDef, values: FieldValues) => void;
  /** The first live row that all filters let through. */
  find: (object: ObjectDef, filters: ReadyFilter[]) => FieldValues | undefined;
  /** Saves the values on every live row that all filters let through; throws what a save throws. */
  update: (object: ObjectDef, filters: ReadyFilter[], values: FieldValues) => void;
  /** Called for every fault, with or without a fault path. */
  onFault: () => void;
}

/** Runs the active flows of one trigger on one record, in the order of their trigger order. Throws FlowFailure. */
export function runFlows(flows: readonly Flow[], trigger: FlowTrigger, run: FlowRun): void {
  for (const flow of flows) {
    if (flow.trigger !== trigger) continue;
    if (trigger !== 'RecordBeforeDelete' && !(run.isNew ? flow.onCreate : flow.onUpdate)) continue;
    runFlow(flow, run);
  }
}

function runFlow(flow: Flow, run: FlowRun): void {
  const context: FormulaContext = {
    record: run.record,
    prior: run.prior,
    isNew: run.isNew,
    hidesPrior: run.hidesPrior,
    now: run.now,
    permissions: run.permissions,
    variables: new Map(),
    records: new Map(),
  };
  try {
    if (flow.entry && flow.entry.get(context) !== true) return;
    runElements(flow, run, context);
  } catch (error) {
    if (!(error instanceof FlowFailure)) run.onFault();
    throw error instanceof FlowFailure ? error : new FlowFailure(flow.name, messageOf(error));
  }
}

function runElements(flow: Flow, run: FlowRun, context: FormulaContext): void {
  let next = flow.first;
  for (let steps = 0; next !== null; steps++) {
    if (steps > 2000) throw new Error('more than 2,000 elements were run');
    const element = flow.elements.get(next);
    if (!element) throw new Error(`no element ${next}`);
    if (element.kind === 'assignment') next = assign(element, context);
    else if (element.kind === 'decision') next = decide(element, context);
    else next = withFaultPath(flow, element, run, context);
  }
}

function assign(element: Assignment, context: FormulaContext): string | null {
  for (const { target, value } of element.items) {
    const result = value.get(context);
    if (target.kind === 'variable') context.variables.set(target.name, result);
    else context.record[target.field.name] = storable(target.type === 'boolean', fromFormulaValue(target.type, result));
  }
  return element.next;
}

const storable = (isCheckbox: boolean, value: FieldValue): FieldValue => (isCheckbox && value === null ? false : value);

function decide(element: Decision, context: FormulaContext): string | null {
  for (const rule of element.rules) {
    if (rule.test.get(context) === true) return rule.next;
  }
  return element.otherwise;
}

type CanFail = Exclude<FlowElement, Assignment | Decision>;

function withFaultPath(flow: Flow, element: CanFail, run: FlowRun, context: FormulaContext): string | null {
  try {
    if (element.kind === 'publish') publish(element, run, context);
    else if (element.kind === 'update') update(element, run, context);
    else {
      const found = run.find(element.object, ready(element.filters, context));
      if (found) context.records.set(element.name, found);
      else context.records.delete(element.name);
    }
    return element.next;
  } catch (error) {
    run.onFault();
    if (element.fault === null) throw new FlowFailure(flow.name, messageOf(error));
    context.variables.set(faultVariable, messageOf(error));
    return element.fault;
  }
}

const ready = (filters: RecordFilter[], context: FormulaContext): ReadyFilter[] =>
  filters.map(({ field, operator, value }) => ({ field, operator, value: value.get(context) }));

function publish(element: Publish, run: FlowRun, context: FormulaContext): void {
  const values: FieldValues = {};
  for (const { field, value } of element.values) values[field.name] = eventValue(field.type, value.get(context));
  run.publish(element.event, values);
}

function update(element: Update, run: FlowRun, context: FormulaContext): void {
  const values: FieldValues = {};
  for (const { field, value } of element.values) {
    values[field.name] = storable(field.type === 'boolean', fromFormulaValue(formulaTypeOf(field), value.get(context)));
  }
  run.update(element.object, ready(element.filters, context), values);
}

/** Event times keep their milliseconds: `2026-11-24T10:00:00.123Z`. */
function eventValue(type: string, value: Value): FieldValue {
  if (type === 'datetime' && typeof value === 'number') return new Date(value).toISOString();
  if (type === 'boolean') return value === true;
  return value === '' ? null : value;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
