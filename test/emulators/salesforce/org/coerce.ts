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
  switch (field.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'double':
    case 'int':
      if (typeof value === 'number' && Number.isFinite(value) && (field.type === 'double' || Number.isInteger(value))) {
        return value;
      }
      break;
    case 'datetime': {
      const ms = typeof value === 'string' ? parseApiTime(value) : undefined;
      if (ms !== undefined) return toStoredTime(ms);
      break;
    }
    case 'date':
      if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))) {
        return value;
      }
      break;
    case 'id':
    case 'reference': {
      const key = typeof value === 'string' ? toKey(value) : undefined;
      if (key === undefined) {
        throw new SaveFailure('MALFORMED_ID', `${field.name}: id value of incorrect type: ${String(value)}`, [
          field.name,
        ]);
      }
      return toId18(key);
    }
    default:
      if (typeof value === 'string') return value;
  }
  throw wrongType(object, field, value);
}

function wrongType(object: ObjectDef, field: FieldDef, value: FieldValue): SaveFailure {
  return new SaveFailure(
    'INVALID_TYPE_ON_FIELD_IN_RECORD',
    `${object.label}: value not of required type: ${String(value)}`,
    [field.name],
  );
}
