import { runSchedule, type ScheduleResult } from './run-schedule.ts';
import { shareOut } from './share-out.ts';

export interface Played {
  schedules: number;
  crashes: number;
  /** Writes that OneSignal applied. */
  writes: number;
  virtualHours: number;
  failed: ScheduleResult[];
}

/** Plays the schedules of the seeds `first` to `first + count - 1` in this process. */
export async function playSchedules(
  first: number,
  count: number,
  onResult: (result: ScheduleResult) => void,
): Promise<Played> {
  const played: Played = { schedules: count, crashes: 0, writes: 0, virtualHours: 0, failed: [] };
  for (let seed = first; seed < first + count; seed += 1) {
    const result = await runSchedule(seed);
    played.crashes += result.crashes;
    played.writes += result.writes;
    played.virtualHours += result.restedAfterMs / 3_600_000;
    if (result.findings.length > 0) played.failed.push(result);
    onResult(result);
  }
  return played;
}

/** The same, shared out to processes: each has a time of its own. */
export async function playInProcesses(first: number, count: number, processes: number): Promise<Played> {
  const main = new URL('main.ts', import.meta.url);
  const parts = await shareOut<Played>(main, '--schedules', { first, count, processes });
  const sum = (of: (part: Played) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    schedules: sum(({ schedules }) => schedules),
    crashes: sum(({ crashes }) => crashes),
    writes: sum(({ writes }) => writes),
    virtualHours: sum(({ virtualHours }) => virtualHours),
    failed: parts.flatMap(({ failed }) => failed),
  };
}
