import type { FieldValues } from '../../org-contract.ts';
import { readField, toFormulaValue } from '../field-values.ts';
import type { Value } from '../formula/types.ts';
import { toKey } from '../ids.ts';
import type { OrgState } from '../org-state.ts';
import { tableOf } from '../org-state.ts';
import type { ObjectDef } from '../schema.ts';
import type { ReadyFilter } from './flow-types.ts';

/** The live rows that all filters of a flow element let through. A blank is unequal to any value, as in SOQL. */
export function matchingRows(state: OrgState, object: ObjectDef, filters: ReadyFilter[]): FieldValues[] {
  const table = tableOf(state, object);
  const now = state.clock();
  const keys = candidateKeys(state, object, filters);
  const rows = keys
    ? keys.map((key) => table.get(key)).filter((row): row is FieldValues => row !== undefined)
    : [...table.values()];
  return rows.filter(
    (row) =>
      row.IsDeleted !== true &&
      filters.every(({ field, operator, value }) => {
        const own = toFormulaValue(field, readField(field, row, now));
        return (folded(own) === folded(value)) === (operator === 'EqualTo');
      }),
  );
}

function candidateKeys(state: OrgState, object: ObjectDef, filters: ReadyFilter[]): string[] | undefined {
  for (const { field, operator, value } of filters) {
    if (operator !== 'EqualTo' || typeof value !== 'string') continue;
    if (field.type === 'id') return [toKey(value) ?? ''];
    const found = tableOf(state, object).find(field.name, [value]);
    if (found) return [...found].sort();
  }
  return undefined;
}

const folded = (value: Value): Value => (value === '' ? null : typeof value === 'string' ? value.toLowerCase() : value);
