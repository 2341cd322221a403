import { inspect } from 'node:util';
import { Chance } from './chance.ts';
import type { FuzzKind } from './fuzz-kind.ts';
import { allKinds } from './kinds.ts';
import { note, type PlayedFuzz, together } from './played-fuzz.ts';

/** More of them say nothing new. */
const MOST_FINDINGS = 20;

/** Plays the items `first` to `first + count - 1`: each follows from its number alone. */
export async function playFuzz(
  first: number,
  count: number,
  kinds: readonly FuzzKind[] = allKinds(),
): Promise<PlayedFuzz> {
  const played: PlayedFuzz = { inputs: 0, tally: {}, findings: [] };
  // What escapes from a promise that nobody waits for would end the relay's process.
  let escaped: unknown;
  const onEscape = (error: unknown) => {
    escaped ??= error ?? 'nothing';
  };
  process.on('unhandledRejection', onEscape);
  for (let seed = first; seed < first + count && played.findings.length < MOST_FINDINGS; seed += 1) {
    const chance = new Chance(`fuzz ${seed}`);
    const kind = kindFor(chance, kinds);
    const find = (what: string) => void played.findings.push({ seed, kind: kind.name, what });
    const result = await playOne(kind, chance, find);
    if (escaped !== undefined) find(`a rejection that nobody takes: ${inspect(escaped)}`);
    escaped = undefined;
    played.inputs += 1;
    note(played.tally, kind.name, result);
  }
  for (const kind of kinds)
    await kind.end?.((what) => void played.findings.push({ seed: undefined, kind: kind.name, what }));
  process.off('unhandledRejection', onEscape);
  return played;
}

async function playOne(kind: FuzzKind, chance: Chance, find: (what: string) => void): Promise<string> {
  try {
    return await kind.play(chance, find);
  } catch (error) {
    find(`it threw ${inspect(error)}`);
    return 'threw';
  }
}

function kindFor(chance: Chance, kinds: readonly FuzzKind[]): FuzzKind {
  let place = chance.random() * kinds.reduce((sum, { weight }) => sum + weight, 0);
  const chosen = kinds.find(({ weight }) => {
    place -= weight;
    return place < 0;
  });
  return chosen ?? chance.oneOf(kinds);
}

/** Of so many items one more is a run of the whole relay, which takes as long as all of them. */
const ITEMS_A_WHOLE_RUN = 5_000;

/** The same, and then runs of the whole relay with the same numbers: those put the process on a time of their own, for good. */
export async function playFuzzAndRelay(first: number, count: number): Promise<PlayedFuzz> {
  const parts = [await playFuzz(first, count)];
  const { playWholeRelay } = await import('./whole-relay.ts');
  const runs = Math.ceil(count / ITEMS_A_WHOLE_RUN);
  for (let seed = first; seed < first + runs; seed += 1) parts.push(await playWholeRelay(seed));
  return together(parts);
}
