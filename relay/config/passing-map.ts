/**
 * A map of names that come and go many times a second. A `Map` would keep what it held from being collected, as `Slots`
 * says of a `Set`: V8's dictionaries of properties leave no way from an old table to the new one.
 */
export class PassingMap<V> {
  readonly #values: Record<string, V> = Object.create(null);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(name: string): boolean {
    return name in this.#values;
  }

  get(name: string): V | undefined {
    return this.#values[name];
  }

  set(name: string, value: V): void {
    if (!(name in this.#values)) this.#size += 1;
    this.#values[name] = value;
  }

  delete(name: string): void {
    if (!(name in this.#values)) return;
    delete this.#values[name];
    this.#size -= 1;
  }

  /** In no order. */
  values(): V[] {
    return Object.values(this.#values);
  }
}
