import type { FieldValues } from '../../org-contract.ts';
import type { Node } from './parse.ts';

/** Static types, as Salesforce checks them when a formula is saved. A DateTime is held as milliseconds, a Date as days. */
export type FormulaType = 'text' | 'picklist' | 'number' | 'boolean' | 'datetime' | 'date' | 'record' | 'null';
export type Value = string | number | boolean | null;

/** What one evaluation looks at. */
export interface FormulaContext {
  record: FieldValues;
  /** The record before this save; null on creation and outside a save. */
  prior: FieldValues | null;
  isNew: boolean;
  /** True where `$Record__Prior` is empty though there was a record before. */
  hidesPrior?: boolean;
  now: number;
  /** Custom permissions of the running user. */
  permissions: ReadonlySet<string>;
  /** Values of the flow interview: variables. */
  variables: Map<string, Value>;
  /** Records that the flow looked up, by element; absent when none was found. */
  records: Map<string, FieldValues>;
}

export interface Compiled {
  type: FormulaType;
  get: (context: FormulaContext) => Value;
  /** The `$Record` field a plain reference names: what ISCHANGED and PRIORVALUE need. */
  recordField?: RecordField;
}

export interface RecordField {
  name: string;
  type: FormulaType;
  read: (record: FieldValues, context: FormulaContext) => Value;
}

export interface FormulaScope {
  /** File and element, for errors. */
  where: string;
  /** How names are written: `{!$Record.Status}` in flows, `Status` in formula fields. */
  mergeSyntax: boolean;
  /** True where a save's previous values exist: record-triggered flows on create and update. */
  hasPrior: boolean;
  /** Throws FormulaError for a name that doesn't exist. */
  resolve: (path: string) => Compiled;
}

export interface CompileTools {
  scope: FormulaScope;
  compile: (node: Node) => Compiled;
  fail: (problem: string) => never;
}

/** NOT of an unknown (null) is unknown, and an unknown counts as false in the end. */
export function not(value: Value): Value {
  return value === null ? null : value !== true;
}
