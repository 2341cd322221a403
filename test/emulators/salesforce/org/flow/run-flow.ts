import type { FieldValue, FieldValues } from '../../org-contract.ts';
import { fromFormulaValue } from '../field-values.ts';
import type { FormulaContext, Value } from '../formula/types.ts';
import type { ObjectDef } from '../schema.ts';
import { faultVariable } from './flow-scope.ts';
import type { Assignment, Decision, Flow, FlowTrigger, Publish } from './flow-types.ts';

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
  now: number;
  permissions: ReadonlySet<string>;
  /** Throws when the platform refuses the event: that goes down the fault path. */
  publish: (event: ObjectDef, values: FieldValues) => void;
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
    now: run.now,
    permissions: run.permissions,
    variables: new Map(),
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
    else next = publish(flow, element, run, context);
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

function publish(flow: Flow, element: Publish, run: FlowRun, context: FormulaContext): string | null {
  const values: FieldValues = {};
  for (const { field, value } of element.values) values[field.name] = eventValue(field.type, value.get(context));
  try {
    run.publish(element.event, values);
    return element.next;
  } catch (error) {
    run.onFault();
    if (element.fault === null) throw new FlowFailure(flow.name, messageOf(error));
    context.variables.set(faultVariable, messageOf(error));
    return element.fault;
  }
}

/** Event times keep their milliseconds: `2026-11-24T10:00:00.123Z`. */
function eventValue(type: string, value: Value): FieldValue {
  if (type === 'datetime' && typeof value === 'number') return new Date(value).toISOString();
  if (type === 'boolean') return value === true;
  return value === '' ? null : value;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
