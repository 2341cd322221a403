import type { Chance } from './chance.ts';

/** Says that a claim does not hold. */
export type Find = (what: string) => void;

/**
 * One kind of input that comes from outside. Another one is a file beside these and a line in `kinds.ts`.
 *
 * `play` makes one input by chance, lets the relay's own code take it, and holds what comes of it to the claims. What it
 * throws is a finding too. It says in a word or two what came of the input, which is counted.
 */
export interface FuzzKind {
  readonly name: string;
  /** How often, compared with the others. */
  readonly weight: number;
  play(chance: Chance, find: Find): string | Promise<string>;
  /** After the last one: claims about all of them together. */
  end?(find: Find): Promise<void>;
}
