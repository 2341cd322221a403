import type { FieldValue, FieldValues } from '../org-contract.ts';
import { toKey } from './ids.ts';
import type { ObjectDef } from './schema.ts';

/**
 * The rows of one object, by the case-sensitive 15 characters of their ids. A row is never changed in place, so that
 * the old one can be put back when a save is rolled back.
 */
export class Table {
  readonly #rows = new Map<string, FieldValues>();
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  constructor(object: ObjectDef) {
    for (const field of object.fields.values()) {
      if (field.indexed) this.#indexes.set(field.name, new Map());
    }
  }

  get(key: string): FieldValues | undefined {
    return this.#rows.get(key);
  }

  values(): MapIterator<FieldValues> {
    return this.#rows.values();
  }

  put(key: string, row: FieldValues): void {
    const before = this.#rows.get(key);
    for (const [field, index] of this.#indexes) {
      const value = row[field] ?? null;
      if (before) {
        if (before[field] === value) continue;
        this.#unindex(index, before[field] ?? null, key);
      }
      if (value === null) continue;
      const entry = indexKey(value);
      const keys = index.get(entry);
      if (keys) keys.add(key);
      else index.set(entry, new Set([key]));
    }
    this.#rows.set(key, row);
  }

  remove(key: string): void {
    const before = this.#rows.get(key);
    if (!before) return;
    for (const [field, index] of this.#indexes) this.#unindex(index, before[field] ?? null, key);
    this.#rows.delete(key);
  }

  /** Keys of the rows whose field holds one of the values (text without regard to case); undefined if not indexed. */
  find(field: string, values: FieldValue[]): Set<string> | undefined {
    const index = this.#indexes.get(field);
    if (!index) return undefined;
    const found = new Set<string>();
    for (const value of values) {
      if (value === null) return undefined;
      for (const key of index.get(indexKey(value)) ?? []) found.add(key);
    }
    return found;
  }

  #unindex(index: Map<string, Set<string>>, value: FieldValue, key: string): void {
    if (value === null) return;
    const entry = indexKey(value);
    const keys = index.get(entry);
    keys?.delete(key);
    if (keys?.size === 0) index.delete(entry);
  }
}

const indexKey = (value: NonNullable<FieldValue>): string => String(value).toLowerCase();

/** The table key of an id that the org itself gave out. */
export function keyOf(id: FieldValue | undefined): string {
  const key = typeof id === 'string' ? toKey(id) : undefined;
  if (key === undefined) throw new Error(`not a record id: ${String(id)}`);
  return key;
}
