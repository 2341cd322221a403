import type { FieldValue, FieldValues, OrgUser, QueryResult, QueryRow } from '../../org-contract.ts';
import { OrgRefusal } from '../../org-contract.ts';
import { mayReadField, maySeeRow, objectRights } from '../access.ts';
import { readField } from '../field-values.ts';
import { toKey } from '../ids.ts';
import type { OrgState } from '../org-state.ts';
import { tableOf } from '../org-state.ts';
import type { FieldDef, ObjectDef } from '../schema.ts';
import { fieldOf } from '../schema.ts';
import { keyOf } from '../table.ts';
import type { FieldReader } from './filter-rows.ts';
import { comparable, compileFilter, operand } from './filter-rows.ts';
import type { ParsedSoql, SoqlCondition, SoqlFilter } from './parse-soql.ts';
import { parseSoql } from './parse-soql.ts';

/** Runs a query with the rights of the user; throws OrgRefusal. `all` adds the recycle bin. */
export function runSoql(state: OrgState, soql: string, as: OrgUser, all: boolean): QueryResult {
  const query = parseSoql(soql);
  const object = readableObject(state, query.object, as);
  const reader = (name: string): FieldReader => fieldReader(state, object, name, as);
  refuseDuplicates(query.fields);
  const selected = query.fields.map((name) => ({ name, ...resolvePath(state, object, name, as) }));
  const order = query.order.map((entry) => ({ ...entry, ...reader(entry.field) }));
  const test = query.filter ? compileFilter(query.filter, reader) : () => true;
  const rights = objectRights(state, as, object);
  const found: FieldValues[] = [];
  const limit = query.order.length === 0 ? (query.limit ?? Infinity) : Infinity;
  for (const row of candidates(state, object, query)) {
    if (found.length >= limit) break;
    if (row.IsDeleted === true && !all) continue;
    if (state.hidden.size > 0 && !maySeeRow(state, as, rights, keyOf(row.Id))) continue;
    if (test(row)) found.push(row);
  }
  if (order.length > 0) found.sort((a, b) => compareRows(order, a, b));
  const rows = query.limit === null ? found : found.slice(0, query.limit);
  const { length: total } = rows;
  if (query.isCount) return { total, isCount: true, page: () => [] };
  const now = state.clock();
  const show = (row: FieldValues) => project(state, object, row, selected, now);
  // A stored row is never changed in place, so a page can be made when it is asked for; the parent could be another one.
  const isAlone = selected.every(({ over }) => over === null);
  const shown = isAlone ? undefined : rows.map(show);
  return { total, isCount: false, page: (from, to) => shown?.slice(from, to) ?? rows.slice(from, to).map(show) };
}

/** https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_partner_queries.htm */
function refuseDuplicates(names: string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) throw new OrgRefusal('INVALID_FIELD', `duplicate field selected: ${name}`);
    seen.add(name.toLowerCase());
  }
}

function readableObject(state: OrgState, name: string, as: OrgUser): ObjectDef {
  const object = state.schema.object(name);
  if (!object || object.kind === 'event' || !objectRights(state, as, object).read) {
    throw new OrgRefusal('INVALID_TYPE', `sObject type '${name}' is not supported.`);
  }
  return object;
}

function readableField(state: OrgState, object: ObjectDef, name: string, as: OrgUser): FieldDef {
  const field = fieldOf(object, name);
  if (!field || !mayReadField(state, as, object, field)) {
    throw new OrgRefusal('INVALID_FIELD', `No such column '${name}' on entity '${object.name}'.`);
  }
  return field;
}

interface ResolvedPath {
  field: FieldDef;
  /** The relationship that the path goes over, if any. */
  over: { field: FieldDef; relationship: string; target: ObjectDef } | null;
}

/** A field of the object, or one step over a relationship: `Account.Industry`. */
function resolvePath(state: OrgState, object: ObjectDef, path: string, as: OrgUser): ResolvedPath {
  const parts = path.split('.');
  if (parts[0]?.toLowerCase() === object.name.toLowerCase() && parts.length > 1) parts.shift();
  const [first = '', second] = parts;
  if (second === undefined) return { field: readableField(state, object, first, as), over: null };
  if (parts.length > 2) throw new OrgRefusal('MALFORMED_QUERY', `${path}: more than one step is not emulated`);
  const over = [...object.fields.values()].find(
    (field) => field.reference?.relationship.toLowerCase() === first.toLowerCase(),
  );
  if (!over?.reference || !mayReadField(state, as, object, over)) {
    throw new OrgRefusal('INVALID_FIELD', `Didn't understand relationship '${first}' in field path.`);
  }
  const target = readableObject(state, over.reference.to, as);
  const field = readableField(state, target, second, as);
  return { field, over: { field: over, relationship: over.reference.relationship, target } };
}

function fieldReader(state: OrgState, object: ObjectDef, path: string, as: OrgUser): FieldReader {
  const { field, over } = resolvePath(state, object, path, as);
  const now = state.clock();
  if (!over)
    return { field, read: field.formula ? (row) => readField(field, row, now) : (row) => row[field.name] ?? null };
  return {
    field,
    read: (row) => {
      const parent = parentRow(state, over, row);
      return parent ? readField(field, parent, now) : null;
    },
  };
}

function parentRow(
  state: OrgState,
  over: NonNullable<ResolvedPath['over']>,
  row: FieldValues,
): FieldValues | undefined {
  const id = row[over.field.name];
  return typeof id === 'string' ? tableOf(state, over.target).get(toKey(id) ?? '') : undefined;
}

/** The rows that can match at all: by an index where a condition allows it, else every row; always in id order. */
function candidates(state: OrgState, object: ObjectDef, query: ParsedSoql): Iterable<FieldValues> {
  const table = tableOf(state, object);
  const keys = query.filter ? indexedKeys(state, object, query.filter) : undefined;
  if (!keys) return table.values();
  const rows: FieldValues[] = [];
  for (const key of [...keys].sort()) {
    const row = table.get(key);
    if (row) rows.push(row);
  }
  return rows;
}

function indexedKeys(state: OrgState, object: ObjectDef, filter: SoqlFilter): Set<string> | undefined {
  if (filter.kind === 'and') {
    for (const part of filter.parts) {
      const keys = indexedKeys(state, object, part);
      if (keys) return keys;
    }
    return undefined;
  }
  return filter.kind === 'condition' ? conditionKeys(state, object, filter) : undefined;
}

function conditionKeys(state: OrgState, object: ObjectDef, condition: SoqlCondition): Set<string> | undefined {
  if (condition.operator !== '=' && condition.operator !== 'IN') return undefined;
  const field = fieldOf(object, condition.field);
  if (!field || !(field.indexed || field.type === 'id')) return undefined;
  const values: FieldValue[] = condition.values.map((value) => operand(field, condition.field, value));
  if (field.type !== 'id') return tableOf(state, object).find(field.name, values);
  return new Set(values.flatMap((value) => (typeof value === 'string' ? [keyOf(value)] : [])));
}

type Order = FieldReader & { descending: boolean; nullsLast: boolean };

function compareRows(order: Order[], a: FieldValues, b: FieldValues): number {
  for (const entry of order) {
    const difference = compareValues(entry, entry.read(a), entry.read(b));
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Nulls come first unless the query says NULLS LAST, whatever the direction. */
function compareValues({ field, descending, nullsLast }: Order, a: FieldValue, b: FieldValue): number {
  const [left, right] = [comparable(field, a), comparable(field, b)];
  if (left === right) return 0;
  if (left === null || right === null) return (left === null) === nullsLast ? 1 : -1;
  return left < right === descending ? 1 : -1;
}

const apiVersion = 'v67.0';
const attributesOf = (object: ObjectDef, row: FieldValues): QueryRow['attributes'] => ({
  type: object.name,
  url: `/services/data/${apiVersion}/sobjects/${object.name}/${String(row.Id)}`,
});

function project(
  state: OrgState,
  object: ObjectDef,
  row: FieldValues,
  selected: ({ name: string } & ResolvedPath)[],
  now: number,
): QueryRow {
  const result: QueryRow = { attributes: attributesOf(object, row) };
  for (const { field, over } of selected) {
    if (!over) {
      result[field.name] = readField(field, row, now);
      continue;
    }
    const parent = parentRow(state, over, row);
    const nested =
      (result[over.relationship] as QueryRow | null | undefined) ??
      (parent ? { attributes: attributesOf(over.target, parent) } : null);
    if (nested && parent) nested[field.name] = readField(field, parent, now);
    result[over.relationship] = nested;
  }
  return result;
}
