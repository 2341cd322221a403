import type { HttpExchange } from './http-exchange.ts';

/**
 * The exchanges that have no answer yet, each in a slot of its own. A `Set` would do the same and cost more: whenever it
 * is rehashed, V8 leaves the old table with its entries to the collector, and once that table is old, each exchange of that
 * time lives on with its whole request and answer until the next full collection.
 * https://github.com/v8/v8/blob/main/src/objects/ordered-hash-table.h
 */
export class ExchangesUnderWay {
  readonly #slots: (HttpExchange | undefined)[] = [];
  readonly #free: number[] = [];

  /** @returns the slot, to be given back when the exchange has ended */
  add(exchange: HttpExchange): number {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = exchange;
    return slot;
  }

  remove(slot: number): void {
    this.#slots[slot] = undefined;
    this.#free.push(slot);
  }

  all(): HttpExchange[] {
    return this.#slots.filter((exchange) => exchange !== undefined);
  }
}
