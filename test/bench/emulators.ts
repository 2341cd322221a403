import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Figures, FromEmulators, ToEmulators } from './emulators-process.ts';

export type { Figures };

/** Both sides, in another process. */
export interface Emulators {
  environment: Record<string, string>;
  /** Counts from here on. */
  beginPhase(): Promise<void>;
  figures(): Promise<Figures>;
  /** Somebody edits the mapping of the stage that all leads are in. */
  map(lifecycleStage: string): Promise<void>;
  stop(): void;
}

export async function startEmulators(leads: number): Promise<Emulators> {
  const child = fork(join(import.meta.dirname, 'emulators-process.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-old-space-size=8192'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the emulators ended with ${code}`);
  });
  ended.catch(() => undefined);
  let last: Promise<unknown> = Promise.resolve();
  /** One question at a time: the answers carry no number. */
  const ask = <Answer extends FromEmulators>(message: ToEmulators): Promise<Answer> => {
    const answer = last.then(async () => {
      child.send(message);
      const [answered] = await Promise.race([once(child, 'message'), ended]);
      return answered as Answer;
    });
    last = answer;
    return answer;
  };
  const { environment } = await ask<{ environment: Record<string, string> }>({ kind: 'start', leads });
  return {
    environment,
    beginPhase: async () => void (await ask({ kind: 'phase' })),
    figures: () => ask<Figures>({ kind: 'figures' }),
    map: async (lifecycleStage) => void (await ask({ kind: 'map', lifecycleStage })),
    stop: () => child.kill(),
  };
}
