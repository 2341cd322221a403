import type { Finding } from '../finding.ts';
import { type FlowModel, flowModel, RECORD_NODES } from '../flow-model.ts';
import { filesOf, isExample, type MetadataPackage } from '../load-package.ts';
import { textOf } from '../xml-element.ts';

/** Flows start as their kind demands, are active, of the project's API version, and come in agreeing pairs. */
export function checkFlowTriggers(loaded: MetadataPackage): Finding[] {
  const flows = filesOf(loaded, 'flow').map(flowModel);
  return [...flows.flatMap((flow) => checkFlow(loaded, flow)), ...checkPairs(flows)];
}

const RECORD_TRIGGERS: Record<string, string[]> = {
  RecordBeforeSave: ['Create', 'Update', 'CreateAndUpdate'],
  RecordAfterSave: ['Create', 'Update', 'CreateAndUpdate'],
  RecordBeforeDelete: ['Delete'],
};

function checkFlow(loaded: MetadataPackage, flow: FlowModel): Finding[] {
  const messages: string[] = [];
  const trigger = textOf(flow.start, 'triggerType') ?? '';
  const recordTrigger = textOf(flow.start, 'recordTriggerType') ?? '';
  if (!(RECORD_TRIGGERS[trigger] ?? []).includes(recordTrigger)) {
    messages.push(`a ${trigger || 'flow without a trigger'} does not go with recordTriggerType "${recordTrigger}"`);
  }
  if (textOf(flow.start, 'filterFormula') === undefined && textOf(flow.start, 'filterLogic') === undefined) {
    messages.push('the start has no entry condition: it would run on every save');
  }
  if (textOf(flow.file.root, 'status') !== 'Active') messages.push('the flow is not Active');
  const version = textOf(flow.file.root, 'apiVersion');
  if (loaded.sourceApiVersion !== undefined && version !== loaded.sourceApiVersion) {
    messages.push(`apiVersion is ${version}, the project's is ${loaded.sourceApiVersion}`);
  }
  const order = Number(textOf(flow.file.root, 'triggerOrder') ?? 1);
  if (order < 1 || order > 2000) messages.push(`triggerOrder is ${order}, not 1 to 2000`);
  const writes = flow.nodes.filter((node) => RECORD_NODES.includes(node.name));
  if (trigger === 'RecordBeforeSave' && writes.length > 0) messages.push('a before-save flow takes no record elements');
  return messages.map((message) => ({ rule: 'flow-trigger', file: flow.file.path, message }));
}

/** What is stamped must be published and the other way round. */
function checkPairs(flows: FlowModel[]): Finding[] {
  const shipped = flows.filter((flow) => !isExample(flow.file));
  const before = shipped.filter((flow) => textOf(flow.start, 'triggerType') === 'RecordBeforeSave');
  return before.flatMap((flow) => {
    const after = shipped.find(
      (each) => each.object === flow.object && textOf(each.start, 'triggerType') === 'RecordAfterSave',
    );
    if (after !== undefined && entryOf(after) === entryOf(flow)) return [];
    const message =
      after === undefined
        ? `no after-save flow for ${flow.object}`
        : `the entry condition differs from that of ${after.file.fullName}`;
    return [{ rule: 'flow-entry-condition', file: flow.file.path, message }];
  });
}

function entryOf(flow: FlowModel): string {
  const parts = ['filterFormula', 'filterLogic', 'recordTriggerType'].map((name) => textOf(flow.start, name) ?? '');
  return parts.join('|').replace(/\s+/g, '');
}
