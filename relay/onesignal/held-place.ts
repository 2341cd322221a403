/**
 * The place of somebody's last write among the requests under way, kept after its answer until what came of it is
 * stored: a kill makes us send again what nobody stored, and that is never more than may be under way at once.
 */
export class HeldPlace {
  #leave: (() => void) | undefined;

  /** `leave` gives the place to the next. One that was held before is given up: nobody holds two, or all might wait. */
  hold(leave: () => void): void {
    this.free();
    this.#leave = leave;
  }

  /** It is stored, or another request of the same work is to take its turn. */
  free(): void {
    const leave = this.#leave;
    this.#leave = undefined;
    leave?.();
  }
}
