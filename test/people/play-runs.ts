import { shareOut } from '../simulation/share-out.ts';
import { type PlayedPeople, playPeople } from './play-people.ts';

export interface PlayedRuns {
  runs: number;
  operations: number;
  crashes: number;
  /** Writes that OneSignal applied. */
  writes: number;
  failed: PlayedPeople[];
}

/** Plays the seeds `first` to `first + count - 1` in this process. */
export async function playHere(
  first: number,
  count: number,
  onResult: (result: PlayedPeople) => void,
): Promise<PlayedRuns> {
  const played: PlayedRuns = { runs: count, operations: 0, crashes: 0, writes: 0, failed: [] };
  for (let seed = first; seed < first + count; seed += 1) {
    const result = await playPeople(seed);
    played.operations += result.operations;
    played.crashes += result.crashes;
    played.writes += result.writes;
    if (result.findings.length > 0) played.failed.push(result);
    onResult(result);
  }
  return played;
}

/** The same, shared out to processes: each has a time of its own. */
export async function playInProcesses(first: number, count: number, processes: number): Promise<PlayedRuns> {
  const main = new URL('main.ts', import.meta.url);
  const parts = await shareOut<PlayedRuns>(main, '--runs', { first, count, processes });
  const sum = (of: (part: PlayedRuns) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    runs: sum(({ runs }) => runs),
    operations: sum(({ operations }) => operations),
    crashes: sum(({ crashes }) => crashes),
    writes: sum(({ writes }) => writes),
    failed: parts.flatMap(({ failed }) => failed),
  };
}
