import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element of a metadata file, with its children in the order of the file. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  /** The text of an element without children, entities resolved, not trimmed. */
  text: string;
}

type ParsedNode = Record<string, unknown>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
});

/**
 * Parses a metadata file.
 * @throws Error with the line, when the file is not well-formed or has no root element.
 */
export function parseXml(source: string): XmlElement {
  const valid = XMLValidator.validate(source);
  if (valid !== true) throw new Error(`line ${valid.err.line}: ${valid.err.msg}`);
  const root = toElements(parser.parse(source) as ParsedNode[])[0];
  if (root === undefined) throw new Error('no root element');
  return root;
}

function toElements(nodes: ParsedNode[]): XmlElement[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
    if (name === undefined) return [];
    const inner = node[name] as ParsedNode[];
    return [
      {
        name,
        attributes: (node[':@'] ?? {}) as Record<string, string>,
        children: toElements(inner),
        text: inner.map((child) => String(child['#text'] ?? '')).join(''),
      },
    ];
  });
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((each) => each.name === name);
}

/** Every child of that name, in order. */
export function childrenNamed(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((each) => each.name === name) ?? [];
}

/** The trimmed text of the first child of that name; undefined when there is none or it is empty. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  const text = child(element, name)?.text.trim();
  return text === '' ? undefined : text;
}

/** Every element below this one, depth first. */
export function descendants(element: XmlElement): XmlElement[] {
  return element.children.flatMap((each) => [each, ...descendants(each)]);
}
