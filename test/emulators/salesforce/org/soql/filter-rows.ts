import type { FieldValue, FieldValues } from '../../org-contract.ts';
import { OrgRefusal } from '../../org-contract.ts';
import { parseApiTime, toStoredTime } from '../datetime.ts';
import { toId18, toKey } from '../ids.ts';
import type { FieldDef } from '../schema.ts';
import type { SoqlCondition, SoqlFilter, SoqlValue } from './parse-soql.ts';

export type RowTest = (row: FieldValues) => boolean;

/** A field of the row or of one it points to. */
export interface FieldReader {
  field: FieldDef;
  read: (row: FieldValues) => FieldValue;
}

/** Turns a filter into a test of rows; throws OrgRefusal for a literal that doesn't fit the field. */
export function compileFilter(filter: SoqlFilter, reader: (name: string) => FieldReader): RowTest {
  if (filter.kind === 'condition') return compileCondition(filter, reader(filter.field));
  if (filter.kind === 'not') {
    const part = compileFilter(filter.part, reader);
    return (row) => !part(row);
  }
  const parts = filter.parts.map((part) => compileFilter(part, reader));
  if (filter.kind === 'and') return (row) => parts.every((part) => part(row));
  return (row) => parts.some((part) => part(row));
}

function compileCondition({ operator, values, field: name }: SoqlCondition, { field, read }: FieldReader): RowTest {
  const operands = values.map((value) => operand(field, name, value));
  if (operator === 'IN' || operator === 'NOT IN') {
    const set = new Set(operands);
    const negate = operator === 'NOT IN';
    return (row) => set.has(comparable(field, read(row))) !== negate;
  }
  const wanted = operands[0] ?? null;
  if (operator === '=') return (row) => comparable(field, read(row)) === wanted;
  if (operator === '!=') return (row) => comparable(field, read(row)) !== wanted;
  if (operator === 'LIKE') return like(field, read, wanted);
  return ordered(operator, field, read, wanted);
}

/** Text compares without regard to case, ids exactly, DateTime in its stored form (whole seconds). */
export function comparable(field: FieldDef, value: FieldValue): FieldValue {
  if (value === null && field.type === 'boolean') return false;
  if (typeof value === 'string' && !exactTypes.has(field.type)) return value.toLowerCase();
  return value;
}

const exactTypes = new Set<FieldDef['type']>(['id', 'reference', 'datetime', 'date']);

function like(field: FieldDef, read: FieldReader['read'], wanted: FieldValue): RowTest {
  if (typeof wanted !== 'string' || exactTypes.has(field.type)) {
    throw new OrgRefusal('INVALID_FIELD', `invalid operator on ${field.type} field ${field.name}`);
  }
  const source = wanted
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/%/g, '[\\s\\S]*')
    .replace(/_/g, '[\\s\\S]');
  const pattern = new RegExp(`^${source}$`, 'i');
  return (row) => {
    const value = read(row);
    return typeof value === 'string' && pattern.test(value);
  };
}

function ordered(operator: string, field: FieldDef, read: FieldReader['read'], wanted: FieldValue): RowTest {
  if (field.type === 'boolean') throw new OrgRefusal('INVALID_FIELD', `invalid operator on boolean ${field.name}`);
  const compare: Record<string, (a: string | number, b: string | number) => boolean> = {
    '<': (a, b) => a < b,
    '<=': (a, b) => a <= b,
    '>': (a, b) => a > b,
    '>=': (a, b) => a >= b,
  };
  const test = compare[operator];
  if (!test) throw new OrgRefusal('MALFORMED_QUERY', `operator ${operator} is not emulated`);
  return (row) => {
    const value = comparable(field, read(row));
    if (value === null || wanted === null || typeof value === 'boolean' || typeof wanted === 'boolean') return false;
    return test(value, wanted);
  };
}

/** The literal in the form that `comparable` gives rows. */
export function operand(field: FieldDef, name: string, value: SoqlValue): FieldValue {
  if (value.type === 'null') return field.type === 'boolean' ? false : null;
  const wanted = literalTypes[field.type] ?? 'text';
  const ms = value.type === 'datetime' ? parseApiTime(value.text) : 0;
  if (value.type !== wanted || ms === undefined) {
    const quoted = wanted === 'text' ? 'should be' : 'should not be';
    throw new OrgRefusal(
      'INVALID_FIELD',
      `value of filter criterion for field '${name}' must be of type ${field.type} and ${quoted} enclosed in quotes`,
    );
  }
  if (value.text === '') return null;
  if (wanted === 'boolean') return value.text.toLowerCase() === 'true';
  if (wanted === 'number') return Number(value.text);
  if (wanted === 'datetime') return toStoredTime(ms);
  if (wanted === 'date') return value.text;
  return field.type === 'id' || field.type === 'reference' ? idOperand(value.text) : value.text.toLowerCase();
}

/** Every type that isn't named takes a quoted text. */
const literalTypes: Partial<Record<FieldDef['type'], SoqlValue['type']>> = {
  boolean: 'boolean',
  double: 'number',
  int: 'number',
  datetime: 'datetime',
  date: 'date',
};

function idOperand(text: string): string {
  const key = toKey(text);
  if (key === undefined) throw new OrgRefusal('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${text}`);
  return toId18(key);
}
