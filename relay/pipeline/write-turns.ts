import type { ObjectName } from '../mapping/record.ts';

/**
 * Lets one call at a time write to contacts, whoever makes it: two calls with contacts of one account would wait for each
 * other's lock (write-back-lane.ts). Calls that write to leads don't get in each other's way.
 */
export interface WriteTurns {
  take<T>(object: ObjectName, write: () => Promise<T>): Promise<T>;
}

export function createWriteTurns(): WriteTurns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take(object, write) {
      if (object === 'Lead') return write();
      const mine = last.then(write);
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
