import type { Compiled, FormulaType, Value } from '../formula/types.ts';
import type { FieldDef, ObjectDef } from '../schema.ts';

export type FlowTrigger = 'RecordBeforeSave' | 'RecordAfterSave' | 'RecordBeforeDelete';

export type AssignmentTarget =
  | { kind: 'variable'; name: string; type: FormulaType }
  | { kind: 'record'; field: FieldDef; type: FormulaType };

export interface Assignment {
  kind: 'assignment';
  items: { target: AssignmentTarget; value: Compiled }[];
  next: string | null;
}

export interface Decision {
  kind: 'decision';
  rules: { test: Compiled; next: string | null }[];
  otherwise: string | null;
}

/** Create Records on a platform event. */
export interface Publish {
  kind: 'publish';
  event: ObjectDef;
  values: { field: FieldDef; value: Compiled }[];
  next: string | null;
  fault: string | null;
}

export interface RecordFilter {
  field: FieldDef;
  operator: 'EqualTo' | 'NotEqualTo';
  value: Compiled;
}

/** A filter whose value is worked out. */
export interface ReadyFilter {
  field: FieldDef;
  operator: 'EqualTo' | 'NotEqualTo';
  value: Value;
}

/** Get Records, the first one only. */
export interface Lookup {
  kind: 'lookup';
  name: string;
  object: ObjectDef;
  filters: RecordFilter[];
  next: string | null;
  fault: string | null;
}

/** Update Records by conditions. */
export interface Update {
  kind: 'update';
  object: ObjectDef;
  filters: RecordFilter[];
  values: { field: FieldDef; value: Compiled }[];
  next: string | null;
  fault: string | null;
}

export type FlowElement = Assignment | Decision | Publish | Lookup | Update;

export interface Flow {
  name: string;
  active: boolean;
  object: ObjectDef;
  trigger: FlowTrigger;
  onCreate: boolean;
  onUpdate: boolean;
  /** 1 to 2000; flows without one run in the middle. */
  order: number;
  entry: Compiled | null;
  first: string | null;
  elements: Map<string, FlowElement>;
}
