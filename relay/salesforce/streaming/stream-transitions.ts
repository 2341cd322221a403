import { backoffMs, type Waits } from '../../config/backoff.ts';
import type { StreamState } from './event-source.ts';
import type { StreamEnd } from './stream-ends.ts';

/** All states but the last. A state holds until the next cause, so `waiting` covers the tries that find nothing free. */
export const LIVE_STATES = ['connecting', 'subscribed', 'reauthenticating', 'waiting', 'replay_lost'] as const;

/** What moves the stream: Salesforce acknowledged the subscription, somebody stops the relay, or an ending. */
export type StreamCause = 'acknowledged' | 'stop' | StreamEnd;

/** Done after the wait and before the next client, which always starts from the committed cursor. */
export type StreamAction = 'none' | 'log_in' | 'drop_cursor';

export interface Transition {
  readonly from: readonly StreamState[];
  readonly on: StreamCause;
  readonly to: StreamState;
  readonly does: StreamAction;
  /** Before the next client; undefined where none follows. */
  readonly waits: Waits | undefined;
  /** True for what happens to every relay now and then: told, but no warning. */
  readonly isRoutine: boolean;
  /** A sentence for the table in the docs. */
  readonly why: string;
}

type Row = Omit<Transition, 'does' | 'isRoutine' | 'waits'> & Partial<Transition>;

const ROWS: readonly Row[] = [
  {
    from: LIVE_STATES,
    on: 'acknowledged',
    to: 'subscribed',
    isRoutine: true,
    why: 'Events flow. Without a cursor reconcile runs now, so that nothing falls between it and the subscription.',
  },
  { from: LIVE_STATES, on: 'stop', to: 'stopped', isRoutine: true, why: 'What is in the store stays there.' },
  {
    from: LIVE_STATES,
    on: 'session_lost',
    to: 'connecting',
    waits: { firstMs: 100, longestMs: 30_000 },
    isRoutine: true,
    why: 'Salesforce forgets clients after a pause, after a network fault and when it scales.',
  },
  {
    from: LIVE_STATES,
    on: 'silent',
    to: 'connecting',
    waits: { firstMs: 100, longestMs: 30_000 },
    why: 'A connection that is only half open, or an answer that drips in, shows in nothing but the time.',
  },
  {
    from: ['connecting'],
    on: 'connection_lost',
    to: 'connecting',
    does: 'log_in',
    waits: { firstMs: 500, longestMs: 30_000 },
    why: 'Again: the org may have moved to another instance, and a login says to which.',
  },
  {
    from: LIVE_STATES,
    on: 'connection_lost',
    to: 'connecting',
    waits: { firstMs: 500, longestMs: 30_000 },
    why: 'Refused, reset, or broken off in the middle of an answer.',
  },
  {
    from: LIVE_STATES,
    on: 'busy',
    to: 'connecting',
    waits: { firstMs: 2_000, longestMs: 120_000 },
    why: 'HTTP 5xx, too many clients, or a handshake that is refused for now, whatever `interval` it advises.',
  },
  {
    from: LIVE_STATES,
    on: 'denied',
    to: 'connecting',
    waits: { firstMs: 10_000, longestMs: 300_000 },
    why: 'Somebody has to grant the permission or correct the channel.',
  },
  {
    from: ['reauthenticating'],
    on: 'unauthorized',
    to: 'reauthenticating',
    does: 'log_in',
    waits: { firstMs: 5_000, longestMs: 300_000 },
    why: 'The token of a fresh login is refused too: more logins help only once somebody has changed something.',
  },
  {
    from: LIVE_STATES,
    on: 'unauthorized',
    to: 'reauthenticating',
    does: 'log_in',
    waits: { firstMs: 500, longestMs: 60_000 },
    why: 'The token was revoked or has expired. No advice of the reply is followed.',
  },
  {
    from: LIVE_STATES,
    on: 'unusable_reply',
    to: 'reauthenticating',
    does: 'log_in',
    waits: { firstMs: 500, longestMs: 60_000 },
    why: 'An answer that is not Bayeux is often about the token.',
  },
  {
    from: LIVE_STATES,
    on: 'login_failed',
    to: 'reauthenticating',
    does: 'log_in',
    waits: { firstMs: 1_000, longestMs: 60_000 },
    why: 'The login is tried again until it works.',
  },
  {
    from: LIVE_STATES,
    on: 'replay_lost',
    to: 'replay_lost',
    does: 'drop_cursor',
    waits: { firstMs: 100, longestMs: 30_000 },
    isRoutine: true,
    why: 'Older than 72 hours, or the org moved. The next subscription is for new events only (-1, never -2).',
  },
  {
    from: LIVE_STATES,
    on: 'allocation_spent',
    to: 'waiting',
    waits: { firstMs: 60_000, longestMs: 900_000 },
    why: 'The allocation is a rolling day and frees bit by bit; events stay on the bus for 72 hours, and the cursor here.',
  },
  {
    from: LIVE_STATES,
    on: 'intake_failed',
    to: 'connecting',
    waits: { firstMs: 1_000, longestMs: 30_000 },
    why: 'Salesforce would forget the client anyway. No new one is made before the store has taken the events or refused them for good.',
  },
  {
    from: LIVE_STATES,
    on: 'store_failed',
    to: 'connecting',
    waits: { firstMs: 1_000, longestMs: 30_000 },
    why: 'Without the cursor nobody knows where to go on.',
  },
  {
    from: LIVE_STATES,
    on: 'defect',
    to: 'connecting',
    waits: { firstMs: 1_000, longestMs: 60_000 },
    why: 'A new client may do better.',
  },
];

/** The table that the stream runs on; the first row that fits counts. `stopped` is for good, so no row starts from it. */
export const TRANSITIONS: readonly Transition[] = ROWS.map((row) => ({
  does: 'none',
  waits: undefined,
  isRoutine: false,
  ...row,
}));

/** A subscription that holds this long ends a row of failures: the next wait is a first one again. */
export const STEADY_MS = 60_000;

export interface StreamPosition {
  readonly state: StreamState;
  /** Endings since the last subscription that was steady. */
  readonly failures: number;
  /** When Salesforce acknowledged the subscription, ms on a clock that never jumps; undefined while there is none. */
  readonly subscribedAt: number | undefined;
}

export interface StreamStep {
  readonly position: StreamPosition;
  readonly does: StreamAction;
  /** Before the next client, whole ms. */
  readonly waitMs: number;
  readonly isRoutine: boolean;
}

export const START: StreamPosition = { state: 'connecting', failures: 0, subscribedAt: undefined };

/**
 * Where the stream goes from here. Pure.
 *
 * @param now ms on the clock of `subscribedAt`
 * @param random from 0 to 1
 */
export function advance(position: StreamPosition, cause: StreamCause, now: number, random: () => number): StreamStep {
  const row = TRANSITIONS.find(({ from, on }) => on === cause && from.includes(position.state));
  if (row === undefined) return { position, does: 'none', waitMs: 0, isRoutine: true };
  const { to: state, does, waits, isRoutine } = row;
  if (waits === undefined) {
    const subscribedAt = state === 'subscribed' ? now : undefined;
    return { position: { ...position, state, subscribedAt }, does, waitMs: 0, isRoutine };
  }
  const wasSteady = position.subscribedAt !== undefined && now - position.subscribedAt >= STEADY_MS;
  const failures = wasSteady ? 0 : position.failures;
  const waitMs = backoffMs(waits, failures, random);
  return { position: { state, failures: failures + 1, subscribedAt: undefined }, does, waitMs, isRoutine };
}
