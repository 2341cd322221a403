import type { Change } from './story.ts';

/** The changes of one life, which are made at their moments. */
export interface RunningChanges {
  readonly areAllMade: boolean;
  /** Makes the next change of this user's person now, where one is left. Returns whether there was one. */
  hurry(externalId: string): boolean;
  /** What a kill leaves over is made while the relay is down. */
  playRest(): void;
}

/** @param begin resolves when the clock of the changes begins; what waits when it never does is up to `playRest` */
export function playChanges(changes: readonly Change[], begin: Promise<unknown>): RunningChanges {
  const left = new Set(changes);
  let timers: NodeJS.Timeout[] = [];
  const make = (change: Change) => {
    // Somebody's changes come in their order, whatever order timers end in.
    for (const one of left) {
      if (one.person !== change.person) continue;
      left.delete(one);
      one.make();
      if (one === change) return;
    }
  };
  void begin.then(() => {
    timers = [...left].map((change) => setTimeout(() => left.has(change) && make(change), change.atMs));
  });
  return {
    get areAllMade() {
      return left.size === 0;
    },
    hurry(externalId) {
      const next = [...left].find(({ person }) => person.isCalled(externalId));
      if (next !== undefined) make(next);
      return next !== undefined;
    },
    playRest() {
      for (const timer of timers) clearTimeout(timer);
      for (const change of left) make(change);
    },
  };
}
