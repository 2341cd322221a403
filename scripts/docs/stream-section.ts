import {
  LIVE_STATES,
  STEADY_MS,
  type StreamAction,
  TRANSITIONS,
  type Transition,
} from '../../relay/salesforce/streaming/stream-transitions.ts';
import { duration, table } from './markdown.ts';

const ACTIONS: Readonly<Record<StreamAction, string>> = {
  none: '',
  log_in: 'a new login',
  drop_cursor: 'the cursor is dropped',
};

/** The transitions of the event stream: the table that the relay runs on. */
export function streamSection(): string[] {
  return [
    table(
      ['state', 'what happens', 'next state', 'after the wait', 'first wait', 'longest wait', 'in the log', 'why'],
      TRANSITIONS.map((row) => [
        from(row),
        `\`${row.on}\``,
        `\`${row.to}\``,
        ACTIONS[row.does],
        row.waits === undefined ? '' : duration(row.waits.firstMs),
        row.waits === undefined ? '' : duration(row.waits.longestMs),
        row.isRoutine ? 'info' : 'warning',
        row.why,
      ]),
    ),
    '',
    'The first row that fits counts. A wait doubles from the first to the longest with each ending, whatever its kind; half of it is',
    `certain and half is chance. A subscription that held for ${duration(STEADY_MS)} ends the row: the next wait is a first one again.`,
    'From `stopped` nothing follows.',
  ];
}

function from({ from: states }: Transition): string {
  return states.length === LIVE_STATES.length ? 'any' : states.map((state) => `\`${state}\``).join(', ');
}
