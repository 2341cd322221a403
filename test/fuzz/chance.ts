import { seededRandom } from '../emulators/salesforce/org/ids.ts';

/** Everything that one item of the fuzz leaves to chance: it follows from the seed alone. */
export class Chance {
  readonly random: () => number;

  constructor(seed: string) {
    this.random = seededRandom(seed);
  }

  /** A whole number below `most`. */
  upTo(most: number): number {
    return Math.floor(this.random() * most);
  }

  happens(share: number): boolean {
    return this.random() < share;
  }

  oneOf<T>(choices: readonly T[]): T {
    const chosen = choices[this.upTo(choices.length)];
    if (chosen === undefined && choices.length === 0) throw new Error('There is nothing to choose from.');
    return chosen as T;
  }

  some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.upTo(most + 1) }, make);
  }
}
