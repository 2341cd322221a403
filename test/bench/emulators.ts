import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ToOneSignal, WriteFigures } from './onesignal-process.ts';
import { profileFlags } from './profile.ts';
import type { ToSalesforce } from './salesforce-process.ts';

export interface Figures extends WriteFigures {
  salesforceCalls: number;
}

/** Both sides, each in a process of its own, so that what a bench measures of the relay's process is the relay's alone. */
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
  const salesforce = startProcess<ToSalesforce>('salesforce');
  const onesignal = startProcess<ToOneSignal>('onesignal');
  const environment = {
    ...(await onesignal.ask<Record<string, string>>({ kind: 'start' })),
    ...(await salesforce.ask<Record<string, string>>({ kind: 'start', leads })),
  };
  const calls = () => salesforce.ask<number>({ kind: 'calls' });
  let callsBefore = 0;
  return {
    environment,
    async beginPhase() {
      await onesignal.ask({ kind: 'phase' });
      callsBefore = await calls();
    },
    async figures() {
      return {
        ...(await onesignal.ask<WriteFigures>({ kind: 'writes' })),
        salesforceCalls: (await calls()) - callsBefore,
      };
    },
    map: async (lifecycleStage) => void (await salesforce.ask({ kind: 'map', lifecycleStage })),
    stop() {
      salesforce.stop();
      onesignal.stop();
    },
  };
}

function startProcess<Message extends object>(name: string) {
  const child = fork(join(import.meta.dirname, `${name}-process.ts`), {
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-old-space-size=8192', ...profileFlags(name)],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the emulator of ${name} ended with ${code}`);
  });
  ended.catch(() => undefined);
  let last: Promise<unknown> = Promise.resolve();
  return {
    /** One question at a time: the answers carry no number. */
    ask<Answer>(message: Message): Promise<Answer> {
      const answer = last.then(async () => {
        child.send(message);
        const [answered] = await Promise.race([once(child, 'message'), ended]);
        return answered as Answer;
      });
      last = answer;
      return answer;
    },
    stop: () => void child.kill(),
  };
}
