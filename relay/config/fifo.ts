/** How many places of those that have left may pile up before the array is cut: keeps a step's cost constant on average. */
const CUT_AFTER = 1024;

/** First in, first out. */
export class Fifo<T> {
  #all: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#all.length - this.#head;
  }

  add(one: T): void {
    this.#all.push(one);
  }

  /** The first, left in its place. */
  first(): T | undefined {
    return this.#all[this.#head];
  }

  /** Takes the first out, if there is one. */
  drop(): void {
    if (this.#head === this.#all.length) return;
    // Who has left must not live on until the array is cut.
    this.#all[this.#head] = undefined;
    this.#head += 1;
    const isEmpty = this.#head === this.#all.length;
    if (isEmpty || (this.#head >= CUT_AFTER && this.#head * 2 >= this.#all.length)) this.#cut();
  }

  /** In their order. */
  takeAll(): T[] {
    this.#cut();
    const all = this.#all as T[];
    this.#all = [];
    return all;
  }

  #cut(): void {
    this.#all = this.#all.slice(this.#head);
    this.#head = 0;
  }
}
