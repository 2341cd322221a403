import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formulaTypeOf } from '../field-values.ts';
import type { ObjectDef } from '../schema.ts';
import { fieldOf } from '../schema.ts';
import type { XmlNode } from '../xml.ts';
import { MetadataError, readMetadata } from '../xml.ts';
import { ruleTest, startFilters } from './flow-conditions.ts';
import { connector, place } from './flow-layout.ts';
import type { FlowSurroundings } from './flow-scope.ts';
import { FlowScope } from './flow-scope.ts';
import type { Assignment, AssignmentTarget, Decision, Flow, FlowElement, FlowTrigger, Publish } from './flow-types.ts';
import { lookedUpObject, readLookup, readUpdate } from './read-record-elements.ts';

/** Reads the flows of a package directory, ordered as they run. Anything that isn't emulated fails here. */
export function loadFlows(packageDir: string, label: string, surroundings: FlowSurroundings): Flow[] {
  const folder = join(packageDir, 'flows');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const node = readMetadata(join(folder, file), 'Flow', `${label}/flows/${file}`);
      return compileFlow(file.replace('.flow-meta.xml', ''), node, surroundings);
    });
}

function compileFlow(name: string, node: XmlNode, surroundings: FlowSurroundings): Flow {
  node.allowOnly([
    ...['apiVersion', 'description', 'environments', 'interviewLabel', 'label', 'processMetadataValues'],
    ...['processType', 'status', 'triggerOrder', 'start', 'formulas', 'variables', 'constants', 'decisions'],
    ...['assignments', 'recordCreates', 'recordLookups', 'recordUpdates'],
  ]);
  if (node.text('processType') !== 'AutoLaunchedFlow') throw new MetadataError(node.where, 'not an AutoLaunchedFlow');
  const start = node.node('start');
  if (!start) throw new MetadataError(node.where, 'has no start');
  start.allowOnly([
    ...['locationX', 'locationY', 'connector', 'filterFormula', 'filterLogic', 'filters'],
    ...['object', 'recordTriggerType', 'triggerType'],
  ]);
  const object = surroundings.schema.object(start.text('object'));
  if (!object) throw new MetadataError(start.where, `object ${start.text('object')} does not exist`);
  const { trigger, onCreate, onUpdate } = triggerOf(start);
  const hasPrior = trigger !== 'RecordBeforeDelete';
  const scope = new FlowScope(node, { surroundings, where: node.where, object, hasPrior });
  const elements = readElements(node, { scope, object, trigger, hasPrior, surroundings });
  const flow: Flow = {
    name,
    active: node.text('status') === 'Active',
    object,
    trigger,
    onCreate,
    onUpdate,
    order: node.number('triggerOrder') ?? 1500,
    entry: entryCondition(start, object, scope, hasPrior),
    first: connector(start, 'connector'),
    elements,
  };
  scope.compileFormulas();
  checkConnectors(flow, node);
  return flow;
}

function triggerOf(start: XmlNode): { trigger: FlowTrigger; onCreate: boolean; onUpdate: boolean } {
  const trigger = start.text('triggerType');
  const on = start.text('recordTriggerType');
  if (trigger === 'RecordBeforeDelete' && on === 'Delete') return { trigger, onCreate: false, onUpdate: false };
  if (
    (trigger === 'RecordBeforeSave' || trigger === 'RecordAfterSave') &&
    ['Create', 'Update', 'CreateAndUpdate'].includes(on)
  ) {
    return { trigger, onCreate: on !== 'Update', onUpdate: on !== 'Create' };
  }
  throw new MetadataError(start.where, `trigger ${trigger} on ${on} is not emulated`);
}

function entryCondition(start: XmlNode, object: ObjectDef, scope: FlowScope, hasPrior: boolean): Flow['entry'] {
  const formula = start.optional('filterFormula');
  if (formula === undefined) return start.has('filters') ? startFilters(start, object, scope, hasPrior) : null;
  if (start.has('filters')) throw new MetadataError(start.where, 'has both filters and a filter formula');
  const compiled = scope.formula(formula, `${start.where}: filterFormula`);
  if (compiled.type !== 'boolean') throw new MetadataError(start.where, `the filter formula gives ${compiled.type}`);
  return compiled;
}

interface ElementTools {
  scope: FlowScope;
  object: ObjectDef;
  trigger: FlowTrigger;
  hasPrior: boolean;
  surroundings: FlowSurroundings;
}

function readElements(flow: XmlNode, tools: ElementTools): Map<string, FlowElement> {
  const elements = new Map<string, FlowElement>();
  for (const node of flow.nodes('recordLookups')) {
    tools.scope.addLookup(node.text('name'), lookedUpObject(node, tools.surroundings.schema));
  }
  const add = (node: XmlNode, element: FlowElement): void => {
    const name = node.text('name');
    if (elements.has(name)) throw new MetadataError(node.where, 'the name is taken');
    elements.set(name, element);
  };
  for (const node of flow.nodes('assignments')) add(node, readAssignment(node, tools));
  for (const node of flow.nodes('decisions')) add(node, readDecision(node, tools));
  for (const node of flow.nodes('recordCreates')) add(node, readPublish(node, tools));
  for (const node of flow.nodes('recordLookups')) add(node, readLookup(node, tools.scope, tools.surroundings.schema));
  for (const node of flow.nodes('recordUpdates')) {
    if (tools.trigger !== 'RecordAfterSave') throw new MetadataError(node.where, 'only emulated after a save');
    add(node, readUpdate(node, tools.scope, tools.surroundings.schema));
  }
  return elements;
}

function readAssignment(node: XmlNode, tools: ElementTools): Assignment {
  node.allowOnly([...place, 'assignmentItems', 'connector']);
  const items = node.nodes('assignmentItems').map((item) => {
    item.allowOnly(['assignToReference', 'operator', 'value']);
    if (item.text('operator') !== 'Assign') {
      throw new MetadataError(item.where, `operator ${item.text('operator')} is not emulated`);
    }
    const target = assignmentTarget(item, tools);
    return { target, value: tools.scope.value(item, target.type) };
  });
  return { kind: 'assignment', items, next: connector(node, 'connector') };
}

function assignmentTarget(item: XmlNode, tools: ElementTools): AssignmentTarget {
  const path = item.text('assignToReference');
  const variable = tools.scope.variables.get(path);
  if (variable) return { kind: 'variable', name: path, type: variable.type };
  const field = path.startsWith('$Record.') ? fieldOf(tools.object, path.slice('$Record.'.length)) : undefined;
  if (!field) throw new MetadataError(item.where, `"${path}" can't be assigned`);
  if (tools.trigger !== 'RecordBeforeSave') {
    throw new MetadataError(item.where, 'only a before-save flow may assign to $Record without an update');
  }
  if (field.system || field.formula) throw new MetadataError(item.where, `${path} is read-only`);
  return { kind: 'record', field, type: formulaTypeOf(field) };
}

function readDecision(node: XmlNode, tools: ElementTools): Decision {
  node.allowOnly([...place, 'rules', 'defaultConnector', 'defaultConnectorLabel']);
  const rules = node.nodes('rules').map((rule) => {
    rule.allowOnly(['name', 'label', 'description', 'conditionLogic', 'conditions', 'connector']);
    return { test: ruleTest(rule, tools.scope, tools.hasPrior), next: connector(rule, 'connector') };
  });
  return { kind: 'decision', rules, otherwise: connector(node, 'defaultConnector') };
}

function readPublish(node: XmlNode, tools: ElementTools): Publish {
  node.allowOnly([...place, 'connector', 'faultConnector', 'inputAssignments', 'object']);
  const event = tools.surroundings.schema.object(node.text('object'));
  if (event?.kind !== 'event') {
    throw new MetadataError(node.where, `creating ${node.text('object')} records in a flow is not emulated`);
  }
  if (tools.trigger === 'RecordBeforeSave') {
    throw new MetadataError(node.where, 'a before-save flow has no Create Records element');
  }
  const values = node.nodes('inputAssignments').map((item) => {
    item.allowOnly(['field', 'value']);
    const field = fieldOf(event, item.text('field'));
    if (!field) throw new MetadataError(item.where, `field ${event.name}.${item.text('field')} does not exist`);
    return { field, value: tools.scope.value(item, formulaTypeOf(field)) };
  });
  return {
    kind: 'publish',
    event,
    values,
    next: connector(node, 'connector'),
    fault: connector(node, 'faultConnector'),
  };
}

function checkConnectors(flow: Flow, node: XmlNode): void {
  const targets = [flow.first];
  for (const element of flow.elements.values()) {
    if (element.kind === 'assignment') targets.push(element.next);
    if (element.kind === 'decision') targets.push(element.otherwise, ...element.rules.map((rule) => rule.next));
    if ('fault' in element) targets.push(element.next, element.fault);
  }
  for (const target of targets) {
    if (target !== null && !flow.elements.has(target)) throw new MetadataError(node.where, `no element ${target}`);
  }
}
