import type { Overview } from '../../server/console/contract.ts';
import { counted } from './numbers.ts';

/** How loud something is. Each has its own sign beside its colour. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle';

export interface Health {
  tone: Tone;
  /** The first thing that a person reads. */
  sentence: string;
  detail: string;
}

/** What the whole comes to, in one sentence: what needs a person first. Pure. */
export function healthOf({ isReady, reasons, alerts, work, stream }: Overview): Health {
  if (work.isPaused)
    return {
      tone: 'warn',
      sentence: 'The sync is paused.',
      detail: 'Changes are kept, and sent once somebody unticks Is Paused in OneSignal Settings.',
    };
  if (!isReady)
    return {
      tone: 'bad',
      sentence: 'The relay can’t do its whole job.',
      detail: `${counted(reasons.length, 'reason')} below, each with what to do. Nothing is lost meanwhile.`,
    };
  if (alerts.length > 0)
    return {
      tone: 'warn',
      sentence: `The relay works, and ${alerts.length === 1 ? 'one thing needs' : `${alerts.length} things need`} you.`,
      detail: 'Each is named below with what to do.',
    };
  if (work.deadLetters > 0)
    return {
      tone: 'warn',
      sentence: `In step, except for ${counted(work.deadLetters, 'failed record')}.`,
      detail: 'Failures says why, and what to do.',
    };
  if (work.due > 0)
    return {
      tone: 'busy',
      sentence: `Working through ${counted(work.due, 'record')}.`,
      detail: 'Each is sent as soon as OneSignal’s limits allow.',
    };
  const isQuiet = stream.lastEventAt === null;
  return {
    tone: 'good',
    sentence: 'Everything is in step.',
    detail: isQuiet ? 'No stage change has come in yet.' : 'OneSignal holds the stage of every record that was synced.',
  };
}
