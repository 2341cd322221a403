import { findField, isKnownObject } from '../field-lookup.ts';
import type { Finding } from '../finding.ts';
import {
  type FlowModel,
  flowModel,
  literalKind,
  RECORD_NODES,
  resolveReference,
  type ValueKind,
  valueKind,
} from '../flow-model.ts';
import { filesOf, type MetadataPackage, picklistValues } from '../load-package.ts';
import { child, childrenNamed, descendants, textOf, type XmlElement } from '../xml-element.ts';

/** Every object, field, variable, permission and setting that a flow names exists, and values fit where they go. */
export function checkFlowReferences(loaded: MetadataPackage): Finding[] {
  return filesOf(loaded, 'flow').flatMap((file) => {
    const flow = flowModel(file);
    const findings: Finding[] = [];
    const report: Report = (rule, message) => findings.push({ rule, file: file.path, message });
    checkObjects(loaded, flow, report);
    checkNamedReferences(loaded, flow, report);
    for (const node of [flow.start, ...flow.nodes]) if (node !== undefined) checkFields(loaded, flow, node, report);
    for (const item of descendants(file.root)) {
      if (item.name === 'assignmentItems') checkAssignment(loaded, flow, item, report);
    }
    return findings;
  });
}

type Report = (rule: string, message: string) => void;

function checkObjects(loaded: MetadataPackage, flow: FlowModel, report: Report): void {
  for (const node of [flow.start, ...flow.nodes]) {
    const object = textOf(node, 'object');
    if (object !== undefined && !isKnownObject(loaded, object)) report('flow-object', `there is no object ${object}`);
  }
}

const REFERENCE_ELEMENTS = ['elementReference', 'leftValueReference', 'assignToReference'];

function checkNamedReferences(loaded: MetadataPackage, flow: FlowModel, report: Report): void {
  for (const element of descendants(flow.file.root)) {
    if (!REFERENCE_ELEMENTS.includes(element.name)) continue;
    const reference = element.text.trim();
    if (resolveReference(loaded, flow, reference) === undefined)
      report('flow-reference', `nothing is named ${reference}`);
  }
}

/** Fields that a start, a lookup or a write names on its object. */
function checkFields(loaded: MetadataPackage, flow: FlowModel, node: XmlElement, report: Report): void {
  if (node.name !== 'start' && !RECORD_NODES.includes(node.name)) return;
  const object = textOf(node, 'object') ?? '';
  // An unknown object is reported once, not again for each of its fields.
  if (!isKnownObject(loaded, object)) return;
  const named = [...childrenNamed(node, 'filters'), ...childrenNamed(node, 'inputAssignments')];
  const sorted = textOf(node, 'sortField');
  const queried = childrenNamed(node, 'queriedFields').map((each) => each.text.trim());
  for (const name of [...named.map((each) => textOf(each, 'field') ?? ''), ...queried, ...(sorted ? [sorted] : [])]) {
    if (findField(loaded, object, name) === undefined) report('flow-field', `${object} has no field ${name}`);
  }
  for (const item of childrenNamed(node, 'inputAssignments')) {
    const field = findField(loaded, object, textOf(item, 'field') ?? '');
    if (field === undefined) continue;
    if (field.isFormula) report('flow-field', `${textOf(item, 'field')} is a formula and cannot be written`);
    else checkKind(loaded, flow, item, valueKind(field.type), report);
  }
  for (const item of named) checkPicklistValue(loaded, object, item, report);
}

/** A literal for a picklist of the package must be one of its values. */
function checkPicklistValue(loaded: MetadataPackage, object: string, item: XmlElement, report: Report): void {
  const field = loaded.fields.get(object)?.get(textOf(item, 'field') ?? '');
  const literal = textOf(child(item, 'value'), 'stringValue');
  if (field?.type !== 'Picklist' || literal === undefined) return;
  if (picklistValues(field).includes(literal)) return;
  report('flow-value', `${field.name} has no value "${literal}"`);
}

function checkAssignment(loaded: MetadataPackage, flow: FlowModel, item: XmlElement, report: Report): void {
  const target = textOf(item, 'assignToReference') ?? '';
  const [first, ...path] = target.split('.');
  if (first === '$Record__Prior' || first === '$Setup' || first === '$Permission') {
    report('flow-assignment', `${target} cannot be written`);
  }
  const field = first === '$Record' ? findField(loaded, flow.object, path.join('.')) : undefined;
  if (field?.isFormula === true) report('flow-assignment', `${target} is a formula and cannot be written`);
  const kind = resolveReference(loaded, flow, target);
  if (kind !== undefined) checkKind(loaded, flow, item, kind, report);
}

function checkKind(
  loaded: MetadataPackage,
  flow: FlowModel,
  item: XmlElement,
  wanted: ValueKind,
  report: Report,
): void {
  const value = child(item, 'value')?.children[0];
  if (value === undefined) return;
  const reference = value.text.trim();
  const kind = value.name === 'elementReference' ? resolveReference(loaded, flow, reference) : literalKind(value.name);
  if (kind === undefined || kind === wanted) return;
  const target = textOf(item, 'field') ?? textOf(item, 'assignToReference');
  report('flow-value', `${target} takes a ${wanted}, not the ${kind} ${reference}`);
}
