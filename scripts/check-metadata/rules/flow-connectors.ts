import type { Finding } from '../finding.ts';
import { flowModel } from '../flow-model.ts';
import { filesOf, type MetadataPackage } from '../load-package.ts';
import { repeated } from '../repeated.ts';
import { childrenNamed, descendants, textOf } from '../xml-element.ts';

/** Every connector leads to an element of the flow, and no two elements or resources share a name. */
export function checkFlowConnectors(loaded: MetadataPackage): Finding[] {
  return filesOf(loaded, 'flow').flatMap((file) => {
    const flow = flowModel(file);
    const nodes = flow.nodes.map((node) => textOf(node, 'name') ?? '');
    const targets = descendants(file.root)
      .filter((each) => each.name === 'targetReference')
      .map((each) => each.text.trim());
    const resources = [...childrenNamed(file.root, 'variables'), ...childrenNamed(file.root, 'formulas')];
    const rules = childrenNamed(file.root, 'decisions').flatMap((decision) => childrenNamed(decision, 'rules'));
    const names = [...nodes, ...[...resources, ...rules].map((each) => textOf(each, 'name') ?? '')];
    return [
      ...targets
        .filter((target) => !nodes.includes(target))
        .map((target) => ({ rule: 'flow-connector', file: file.path, message: `no element is named ${target}` })),
      ...repeated(names).map((name) => ({
        rule: 'flow-name',
        file: file.path,
        message: `the name "${name}" is there twice`,
      })),
    ];
  });
}
