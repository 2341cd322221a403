import type { XmlNode } from '../xml.ts';

/** What every element of a flow carries besides what it does. */
export const place = ['name', 'label', 'description', 'locationX', 'locationY'];

export function connector(node: XmlNode, element: string): string | null {
  const target = node.node(element);
  return target ? target.allowOnly(['targetReference']).text('targetReference') : null;
}
