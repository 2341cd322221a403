import type { Stamped } from './salesforce-process.ts';

/** Which changes got how far, by the emulators' own stamps. */
export class ChangeLog {
  readonly #moved: Stamped = [];
  readonly #received = new Map<string, number[]>();
  readonly #answered = new Map<string, number[]>();
  /** Of each record, its last change. */
  readonly #lastMove = new Map<string, number>();

  add({ moved, received, answered }: { moved: Stamped; received: Stamped; answered: Stamped }): void {
    for (const [id, at] of moved) {
      this.#moved.push([id, at]);
      this.#lastMove.set(id, at);
    }
    note(this.#received, received);
    note(this.#answered, answered);
  }

  get changes(): number {
    return this.#moved.length;
  }

  /** Records whose last change has not got to OneSignal, or to its own record, yet. */
  behind(): { inOneSignal: number; onRecord: number } {
    let [inOneSignal, onRecord] = [0, 0];
    for (const [id, at] of this.#lastMove) {
      if (!isSince(this.#received.get(id), at)) inOneSignal += 1;
      if (!isSince(this.#answered.get(id), at)) onRecord += 1;
    }
    return { inOneSignal, onRecord };
  }

  /** From each change to the first write that OneSignal received of its user after it, ms. */
  toOneSignal(): number[] {
    return this.#latencies(this.#received);
  }

  /** From each change to the first status that was saved on its record after it, ms. */
  toRecord(): number[] {
    return this.#latencies(this.#answered);
  }

  #latencies(times: ReadonlyMap<string, readonly number[]>): number[] {
    return this.#moved.flatMap(([id, at]) => {
      const next = times.get(id)?.find((one) => one >= Math.floor(at));
      return next === undefined ? [] : [Math.max(0, next - at)];
    });
  }
}

function note(times: Map<string, number[]>, news: Stamped): void {
  for (const [id, at] of news) {
    const known = times.get(id);
    if (known === undefined) times.set(id, [at]);
    else known.push(at);
  }
}

/** OneSignal stamps whole milliseconds. */
function isSince(times: readonly number[] | undefined, at: number): boolean {
  return (times?.at(-1) ?? 0) >= Math.floor(at);
}
