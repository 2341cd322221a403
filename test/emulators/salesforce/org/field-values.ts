import type { FieldValue, FieldValues } from '../org-contract.ts';
import { fromStoredTime, toStoredTime } from './datetime.ts';
import { compileFormula } from './formula/compile.ts';
import { FormulaError } from './formula/tokens.ts';
import type { Compiled, FormulaContext, FormulaType, Value } from './formula/types.ts';
import type { FieldDef, ObjectDef } from './schema.ts';
import { fieldOf } from './schema.ts';

const formulaTypes: Record<FieldDef['type'], FormulaType> = {
  id: 'text',
  string: 'text',
  textarea: 'text',
  email: 'text',
  phone: 'text',
  url: 'text',
  reference: 'text',
  picklist: 'picklist',
  boolean: 'boolean',
  datetime: 'datetime',
  date: 'date',
  double: 'number',
  int: 'number',
};

export const formulaTypeOf = (field: FieldDef): FormulaType => formulaTypes[field.type];

/** A stored value as formulas see it: DateTime in milliseconds, an unset checkbox as false. */
export function toFormulaValue(field: FieldDef, value: FieldValue | undefined): Value {
  if (value === null || value === undefined) return field.type === 'boolean' ? false : null;
  if (field.type === 'datetime' && typeof value === 'string') return fromStoredTime(value);
  if (field.type === 'date' && typeof value === 'string') return Date.parse(value) / 86_400_000;
  return value;
}

/** The other way: DateTime cut to whole seconds, an empty text as null. */
export function fromFormulaValue(type: FormulaType, value: Value): FieldValue {
  if (value === null || value === '') return null;
  if (type === 'datetime' && typeof value === 'number') return toStoredTime(value);
  if (type === 'date' && typeof value === 'number') return new Date(value * 86_400_000).toISOString().slice(0, 10);
  return value;
}

/** A reference to a field of a record, as a formula or flow may use it. `pick` says which record. */
export function compileFieldReference(
  field: FieldDef,
  pick: (context: FormulaContext) => FieldValues | null | undefined,
): Compiled {
  const type = formulaTypeOf(field);
  const read = (record: FieldValues, context: FormulaContext): Value =>
    field.formula ? evaluateFormulaField(field, record, context) : toFormulaValue(field, record[field.name]);
  return {
    type,
    get: (context) => {
      const record = pick(context);
      return record ? read(record, context) : null;
    },
    recordField: { name: field.name, type, read },
  };
}

function evaluateFormulaField(field: FieldDef, record: FieldValues, context: FormulaContext): Value {
  const compiled = field.formula?.compiled;
  if (!compiled) throw new Error(`formula of ${field.name} was not compiled`);
  const value = compiled.get({ ...context, record, prior: null, isNew: false });
  return field.type === 'boolean' ? value === true : value;
}

/** Compiles every formula field of an object; throws FormulaError for what isn't emulated. */
export function compileFormulaFields(object: ObjectDef): void {
  for (const field of object.fields.values()) compileFormulaField(object, field, []);
}

function compileFormulaField(object: ObjectDef, field: FieldDef, path: string[]): void {
  const formula = field.formula;
  if (!formula || formula.compiled) return;
  if (path.includes(field.name)) throw new FormulaError(formula.where, `refers to itself: ${path.join(' > ')}`);
  const resolve = (name: string): Compiled => {
    const target = fieldOf(object, name);
    if (!target) throw new FormulaError(formula.where, `field ${object.name}.${name} does not exist`);
    compileFormulaField(object, target, [...path, field.name]);
    const compiled = compileFieldReference(target, (context) => context.record);
    return formula.blanksAsZero && compiled.type === 'number'
      ? { ...compiled, get: (context) => compiled.get(context) ?? 0 }
      : compiled;
  };
  const compiled = compileFormula(formula.source, {
    where: formula.where,
    mergeSyntax: false,
    hasPrior: false,
    resolve,
  });
  const wanted = formulaTypeOf(field);
  if (compiled.type !== wanted) throw new FormulaError(formula.where, `gives ${compiled.type}, not ${wanted}`);
  formula.compiled = compiled;
}

const noPermissions: ReadonlySet<string> = new Set();
const noVariables = new Map<string, Value>();
const noRecords = new Map<string, FieldValues>();

/** The value of any field of a stored row, as REST shows it; formula fields are worked out now. */
export function readField(field: FieldDef, row: FieldValues, now: number): FieldValue {
  if (!field.formula) return row[field.name] ?? null;
  const context: FormulaContext = {
    record: row,
    prior: null,
    isNew: false,
    now,
    permissions: noPermissions,
    variables: noVariables,
    records: noRecords,
  };
  return fromFormulaValue(formulaTypeOf(field), evaluateFormulaField(field, row, context));
}

/** A copy of the row with its formula fields. */
export function fullRow(object: ObjectDef, row: FieldValues, now: number): FieldValues {
  const full = { ...row };
  for (const field of object.fields.values()) {
    if (field.formula) full[field.name] = readField(field, row, now);
  }
  return full;
}
