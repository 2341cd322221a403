import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';

/** What a metadata file, or one element of it, says that the emulator can't act out. Raised while loading, never later. */
export class MetadataError extends Error {
  readonly where: string;
  constructor(where: string, problem: string) {
    super(`${where}: ${problem}`);
    this.where = where;
  }
}

type RawNode = string | { [name: string]: RawNode[] };

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: true,
  ignoreDeclaration: true,
  isArray: () => true,
});

/** One element of a metadata file. Every accessor fails with the file and element in its message. */
export class XmlNode {
  readonly where: string;
  readonly #children: Record<string, RawNode[]>;
  constructor(where: string, raw: RawNode) {
    this.where = where;
    this.#children = typeof raw === 'string' ? {} : raw;
  }

  /** Fails on any child whose name is not in the list: nothing in a shipped file is ever silently ignored. */
  allowOnly(names: readonly string[]): this {
    for (const name of Object.keys(this.#children)) {
      if (!names.includes(name)) throw new MetadataError(this.where, `element <${name}> is not emulated`);
    }
    return this;
  }

  has(name: string): boolean {
    return name in this.#children;
  }

  names(): string[] {
    return Object.keys(this.#children);
  }

  text(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw new MetadataError(this.where, `element <${name}> is missing`);
    return value;
  }

  optional(name: string): string | undefined {
    const values = this.#children[name];
    if (values === undefined) return undefined;
    if (values.length > 1) throw new MetadataError(this.where, `element <${name}> appears ${values.length} times`);
    const value = values[0];
    if (typeof value !== 'string') throw new MetadataError(this.where, `element <${name}> should hold plain text`);
    return value;
  }

  flag(name: string, otherwise = false): boolean {
    const value = this.optional(name);
    if (value === undefined) return otherwise;
    if (value !== 'true' && value !== 'false') throw new MetadataError(this.where, `<${name}> must be true or false`);
    return value === 'true';
  }

  number(name: string): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (value === '' || Number.isNaN(number)) throw new MetadataError(this.where, `<${name}> must be a number`);
    return number;
  }

  texts(name: string): string[] {
    return (this.#children[name] ?? []).map((value) => {
      if (typeof value !== 'string') throw new MetadataError(this.where, `element <${name}> should hold plain text`);
      return value;
    });
  }

  nodes(name: string): XmlNode[] {
    return (this.#children[name] ?? []).map((raw) => {
      const own = typeof raw === 'string' ? undefined : raw.name?.[0];
      const label = typeof own === 'string' ? `${name} ${own}` : name;
      return new XmlNode(`${this.where}: ${label}`, raw);
    });
  }

  node(name: string): XmlNode | undefined {
    const nodes = this.nodes(name);
    if (nodes.length > 1) throw new MetadataError(this.where, `element <${name}> appears ${nodes.length} times`);
    return nodes[0];
  }
}

/** Reads one metadata file; `label` is how errors name it. */
export function readMetadata(path: string, root: string, label: string): XmlNode {
  return parseMetadata(readFileSync(path, 'utf8'), root, label);
}

function parseMetadata(xml: string, root: string, label: string): XmlNode {
  const document = parser.parse(xml) as Record<string, RawNode[]>;
  const node = document[root]?.[0];
  if (node === undefined) throw new MetadataError(label, `root element <${root}> is missing`);
  return new XmlNode(label, node);
}
