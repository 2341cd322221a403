import { hash } from 'node:crypto';

const FIRST_SLOTS = 1_024;
/** Above this share of slots in use, looking for a free one takes long. */
const FULLEST = 0.7;

/**
 * Texts that were seen, by 64 bits of their SHA-256: 12 to 23 bytes each, where a Set of strings takes some 100. Of three
 * million texts two are taken for one with a chance of one in four million.
 */
export class FingerprintSet {
  /** Two numbers a slot; both 0 where it is free. */
  #slots = new Uint32Array(2 * FIRST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(text: string): boolean {
    const [high, low] = fingerprint(text);
    return this.#isTaken(this.#slotOf(high, low));
  }

  /** @returns false for a text that was there already */
  add(text: string): boolean {
    const [high, low] = fingerprint(text);
    const slot = this.#slotOf(high, low);
    if (this.#isTaken(slot)) return false;
    this.#slots[slot] = high;
    this.#slots[slot + 1] = low;
    this.#size += 1;
    if (2 * this.#size > FULLEST * this.#slots.length) this.#grow();
    return true;
  }

  /** Where it is, or could be. */
  #slotOf(high: number, low: number): number {
    const slots = this.#slots;
    let slot = (2 * low) % slots.length;
    while (this.#isTaken(slot) && !(slots[slot] === high && slots[slot + 1] === low)) slot = (slot + 2) % slots.length;
    return slot;
  }

  #isTaken(slot: number): boolean {
    return this.#slots[slot] !== 0 || this.#slots[slot + 1] !== 0;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(2 * before.length);
    for (let at = 0; at < before.length; at += 2) {
      const [high = 0, low = 0] = [before[at], before[at + 1]];
      if (high === 0 && low === 0) continue;
      const slot = this.#slotOf(high, low);
      this.#slots[slot] = high;
      this.#slots[slot + 1] = low;
    }
  }
}

function fingerprint(text: string): [high: number, low: number] {
  const digest = hash('sha256', text, 'buffer');
  // Never both 0: that is a free slot.
  return [digest.readUInt32LE(0), digest.readUInt32LE(4) || 1];
}
