/** One element that a type allows, at its place in the sequence. */
export interface ElementRule {
  name: string;
  /** `string`, `boolean`, `int`, `double`, `dateTime`, `date`, `anyType`, or the name of a type or an enumeration. */
  type: string;
  required: boolean;
  many: boolean;
}

/** The sequence of elements that a complex type allows. */
export type ComplexType = readonly ElementRule[];

/** Types and enumerations by name. A type that is named but not listed has no table yet. */
export interface TypeTable {
  types: Record<string, ComplexType>;
  enums: Record<string, readonly string[]>;
}

/**
 * Reads a sequence written as `name:type`, with `!` for required and `*` for repeatable: `label!:string rules*:FlowRule`.
 * Strings need no type.
 */
export function sequence(...parts: string[]): ComplexType {
  return parts
    .join(' ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => {
      const match = /^(\w+)(!?)(\*?)(?::(\w+))?$/.exec(word);
      if (match === null) throw new Error(`bad element rule: ${word}`);
      return { name: match[1] ?? '', required: match[2] === '!', many: match[3] === '*', type: match[4] ?? 'string' };
    });
}
