import { z } from 'zod';
import type { SalesforceSession } from '../../salesforce/session.ts';
import { createCometdSource, type StreamTiming } from '../../salesforce/streaming/cometd-source.ts';
import { type Patience, until } from './patience.ts';

/** What the first hour looks at in an event. */
export interface SeenEvent {
  recordId: string;
  changeType: string;
  priorStage: string | null;
  /** The user whose save caused it. */
  causedBy: string;
}

export interface EventWatch {
  /** Why Salesforce refuses the subscription; undefined once it has taken it. */
  subscribed(): Promise<string | undefined>;
  /** @returns undefined where none came in time */
  next(recordId: string, changeType: string): Promise<SeenEvent | undefined>;
  /** All that came for a record, the oldest first. */
  of(recordId: string): readonly SeenEvent[];
  stop(): Promise<void>;
}

export interface EventWatchOptions {
  session: SalesforceSession;
  channel: string;
  timing: Partial<StreamTiming> | undefined;
  patience: Patience;
  signal: AbortSignal;
}

const PAYLOAD = z.object({
  Record_Id__c: z.string(),
  Change_Type__c: z.string(),
  Prior_Stage__c: z.string().nullish(),
  CreatedById: z.string(),
});

/** A subscription beside the relay's, to what comes from now on: it moves no cursor. */
export function watchEvents({ session, channel, timing, patience, signal }: EventWatchOptions): EventWatch {
  const seen: SeenEvent[] = [];
  const state: { isSubscribed: boolean; reason: string | undefined } = { isSubscribed: false, reason: 'no answer' };
  const source = createCometdSource({
    session,
    channel,
    timing,
    handlers: {
      readCursor: () => Promise.resolve(undefined),
      async onEvents(events) {
        for (const { payload } of events) {
          const event = PAYLOAD.safeParse(payload);
          if (event.success) seen.push(eventOf(event.data));
        }
      },
      onReplayLost: () => Promise.resolve(),
      onAlive: () => undefined,
      onState(current, reason) {
        state.isSubscribed = current === 'subscribed';
        state.reason = reason ?? state.reason;
      },
    },
  });
  source.start();
  const waiting = { withinMs: patience.event, everyMs: patience.look, signal };
  return {
    async subscribed() {
      const isSubscribed = await until(() => state.isSubscribed || undefined, waiting);
      return isSubscribed === true ? undefined : state.reason;
    },
    next: (recordId, changeType) =>
      until(() => seen.find((event) => event.recordId === recordId && event.changeType === changeType), waiting),
    of: (recordId) => seen.filter((event) => event.recordId === recordId),
    stop: () => source.stop(),
  };
}

function eventOf(payload: z.infer<typeof PAYLOAD>): SeenEvent {
  return {
    recordId: payload.Record_Id__c,
    changeType: payload.Change_Type__c,
    priorStage: payload.Prior_Stage__c ?? null,
    causedBy: payload.CreatedById,
  };
}
