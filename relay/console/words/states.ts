import type { Tone } from './health.ts';

/** A word for the state, its tone, and a sentence where the relay gives none of its own. */
export interface StateWords {
  tone: Tone;
  sentence: string;
}

const STATES: Readonly<Record<string, StateWords>> = {
  Synced: { tone: 'good', sentence: 'OneSignal holds this stage.' },
  Skipped: { tone: 'idle', sentence: 'Nothing was sent, and the reason says why.' },
  Failed: { tone: 'bad', sentence: 'OneSignal does not hold what the record says.' },
  Pending: { tone: 'busy', sentence: 'A change waits to be sent, and is sent by itself.' },
  'Not synced': { tone: 'idle', sentence: 'Nothing has been decided about this record yet.' },
};

export function stateWords(state: string): StateWords {
  return STATES[state] ?? { tone: 'idle', sentence: state };
}

const STREAM: Readonly<Record<string, { word: string; tone: Tone }>> = {
  subscribed: { word: 'Listening', tone: 'good' },
  standby: { word: 'Standing by', tone: 'idle' },
  connecting: { word: 'Connecting', tone: 'busy' },
  reauthenticating: { word: 'Logging in', tone: 'busy' },
  replay_lost: { word: 'Closing a gap', tone: 'warn' },
  waiting: { word: 'Waiting', tone: 'warn' },
  stopped: { word: 'Not listening', tone: 'bad' },
};

/** The state of the event stream. One that is not known is shown as it is. */
export function streamWords(state: string): { word: string; tone: Tone } {
  return STREAM[state] ?? { word: state, tone: 'idle' };
}
