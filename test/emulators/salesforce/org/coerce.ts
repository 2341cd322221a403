import type { FieldValue } from '../org-contract.ts';
import { parseApiTime, toStoredTime } from './datetime.ts';
import { toId18, toKey } from './ids.ts';
import { SaveFailure } from './org-state.ts';
import type { FieldDef, ObjectDef } from './schema.ts';

/**
 * The value as it is stored: DateTime in UTC and whole seconds, ids in 18 characters, an empty text as null.
 * Throws SaveFailure for a value of the wrong type.
 */
export function coerce(object: ObjectDef, field: FieldDef, value: FieldValue): FieldValue {
  if (value === null || value === '') {
    if (field.type === 'boolean') throw wrongType(object, field, value);
    return null;
  }
  const stored = readers[field.type](value);
  if (stored === undefined) {
    if (field.type === 'reference') {
      throw new SaveFailure('MALFORMED_ID', `${field.name}: id value of incorrect type: ${value}`, [field.name]);
    }
    throw wrongType(object, field, value);
  }
  return stored;
}

type Reader = (value: string | number | boolean) => FieldValue | undefined;

const text: Reader = (value) => (typeof value === 'string' ? value : undefined);

const id: Reader = (value) => {
  const key = typeof value === 'string' ? toKey(value) : undefined;
  return key === undefined ? undefined : toId18(key);
};

const dateTime: Reader = (value) => {
  const ms = typeof value === 'string' ? parseApiTime(value) : undefined;
  return ms === undefined ? undefined : toStoredTime(ms);
};

const date: Reader = (value) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;

/** Undefined for a value of the wrong type. */
const readers: Record<FieldDef['type'], Reader> = {
  id,
  reference: id,
  string: text,
  textarea: text,
  picklist: text,
  email: text,
  phone: text,
  url: text,
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  double: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  int: (value) => (Number.isInteger(value) ? value : undefined),
  datetime: dateTime,
  date,
};

function wrongType(object: ObjectDef, field: FieldDef, value: FieldValue): SaveFailure {
  return new SaveFailure(
    'INVALID_TYPE_ON_FIELD_IN_RECORD',
    `${object.label}: value not of required type: ${String(value)}`,
    [field.name],
  );
}
