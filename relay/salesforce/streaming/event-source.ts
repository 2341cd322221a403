/**
 * connecting        a client is being built, or the wait before the next try
 * subscribed        Salesforce acknowledged the subscription and answers /meta/connect
 * reauthenticating  the token was refused; a new login is under way
 * waiting           the org's event deliveries of the day are spent
 * replay_lost       Salesforce no longer has the cursor, so it is dropped; reconcile closes the gap
 * stopped           for good
 */
export type StreamState = 'connecting' | 'subscribed' | 'reauthenticating' | 'waiting' | 'replay_lost' | 'stopped';

/** One event as it came, with its place in the stream. */
export interface StreamEvent {
  /** Opaque to us, in its JSON form: never compare, never compute. Undefined when the event carried none. */
  replayId: string | undefined;
  payload: unknown;
}

export interface StreamHandlers {
  /** The replay id to go on from, in its JSON form; undefined for "only what comes from now on". */
  readCursor(): Promise<string | undefined>;
  /**
   * Must be durable when it resolves: Salesforce is not asked for more before. May take its time while the store
   * refuses, since nothing follows meanwhile, not even from another client. Rejects soon after the signal.
   */
  onEvents(events: readonly StreamEvent[], signal: AbortSignal): Promise<void>;
  /** The cursor is of no use any more: drop it. `readCursor` then has none, and the gap is closed once subscribed. */
  onReplayLost(): Promise<void>;
  /** `isRoutine`: it happens to every relay now and then, so it is no warning. */
  onState(state: StreamState, reason: string | undefined, isRoutine: boolean): void;
  /** Salesforce answered: the stream lives. */
  onAlive(): void;
}

/** Where events come from. Another transport, such as the Pub/Sub API, can stand in for CometD. */
export interface EventSource {
  start(): void;
  stop(): Promise<void>;
}
