/**
 * What comes and goes, each in a slot of its own. A `Set` would do the same and cost more: whenever it is rehashed, V8 leaves
 * the old table to the collector with its entries and a way to the new table. Once one such table is old, each that comes
 * after it counts as alive, with all that its entries hold, until the next collection of the whole heap.
 * https://github.com/v8/v8/blob/main/src/objects/ordered-hash-table.h
 */
export class Slots<T> {
  readonly #slots: (T | undefined)[] = [];
  readonly #free: number[] = [];

  get isEmpty(): boolean {
    return this.#free.length === this.#slots.length;
  }

  /** @returns the slot, to be given back */
  add(one: T): number {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = one;
    return slot;
  }

  /** Once for each `add`. */
  remove(slot: number): void {
    this.#slots[slot] = undefined;
    this.#free.push(slot);
  }

  /** In no order. */
  all(): T[] {
    return this.#slots.filter((one) => one !== undefined);
  }

  /** In no order, each with its slot. */
  forEach(tell: (one: T, slot: number) => void): void {
    this.#slots.forEach((one, slot) => {
      if (one !== undefined) tell(one, slot);
    });
  }
}
