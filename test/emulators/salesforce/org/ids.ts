import { createHash } from 'node:crypto';

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const checksumAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * The 18-character form of a 15-character id: the three last characters say which of the 15 are upper case.
 * https://help.salesforce.com/s/articleView?id=000383751
 */
export function toId18(id15: string): string {
  let suffix = '';
  for (let block = 0; block < 3; block++) {
    let bits = 0;
    for (let place = 0; place < 5; place++) {
      const character = id15.charAt(block * 5 + place);
      if (character >= 'A' && character <= 'Z') bits |= 1 << place;
    }
    suffix += checksumAlphabet.charAt(bits);
  }
  return id15 + suffix;
}

/** The case-sensitive 15 characters by which rows are found; undefined when the text can't be an id. */
export function toKey(id: string): string | undefined {
  if (!/^[0-9A-Za-z]+$/.test(id)) return undefined;
  if (id.length === 15) return id;
  if (id.length !== 18) return undefined;
  const key = id.slice(0, 15);
  return toId18(key) === key + id.slice(15).toUpperCase() ? key : undefined;
}

/** A stream of numbers in [0, 1) that follows from the seed alone (mulberry32). */
export function seededRandom(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A version 4 UUID made of the given random stream. */
export function seededUuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = (8 + Math.floor(random() * 4)).toString(16);
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

/** Gives out 18-character ids by key prefix; two sources with one seed give the same ids. */
export class IdSource {
  readonly #instance: string;
  readonly #counters = new Map<string, number>();
  readonly #start: number;
  constructor(seed: string) {
    const digest = createHash('sha256').update(`ids ${seed}`).digest();
    this.#instance = base62.charAt(10 + (digest.readUInt8(0) % 26)) + base62.charAt(36 + (digest.readUInt8(1) % 26));
    this.#start = digest.readUInt32LE(2) % 1_000_000_000;
  }

  next(prefix: string): string {
    const count = this.#counters.get(prefix) ?? this.#start;
    this.#counters.set(prefix, count + 1);
    let rest = '';
    for (let left = count; rest.length < 9; left = Math.floor(left / 62)) rest = base62.charAt(left % 62) + rest;
    return toId18(`${prefix}${this.#instance}0${rest}`);
  }
}
