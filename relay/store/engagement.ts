import type { EngagementEvent } from '../mapping/engagement.ts';
import type { ObjectName } from '../mapping/record.ts';
import type { WriteBackResult } from './write-back-result.ts';

/** A move of a record from one stage to another, as its verdicts showed it. */
export interface KeptMove {
  recordId: string;
  object: ObjectName;
  stage: string;
  priorStage: string;
  /** Milliseconds since 1970, in whole seconds: Salesforce keeps no more. */
  at: number;
  /** The user that the record stands for now. */
  userKey: string | null;
  /** The message that counts for it; null where none does, or nobody has looked yet. */
  messageId: string | null;
}

/** An event that nobody has looked at, with the user that it is about; null where the store knows none. */
export interface NewEngagement extends EngagementEvent {
  userKey: string | null;
}

/** What a user did with messages, all in all. Times in ms since 1970. */
export interface EngagedUser {
  key: string;
  opens: number;
  clicks: number;
  lastAt: number | null;
  lastMessageId: string | null;
  unsubscribedAt: number | null;
  /** When an email of theirs bounced for good, or they wanted no more. */
  emailEndedAt: number | null;
}

/** A record that stands for a user with engagement. */
export interface EngagedRecord {
  recordId: string;
  object: ObjectName;
  userKey: string;
  /** True where OneSignal holds this record's stage: of several records of a user it is the one that decides. */
  isDeciding: boolean;
  /** What the record is to say of the message before its last move. */
  influencedBy: string | null;
}

/** A message that somebody took notice of. */
export interface Touch {
  userKey: string;
  what: 'opened' | 'clicked';
  at: number;
  messageId: string;
}

/** What is known around new events and moves. */
export interface EngagementContext {
  users: readonly EngagedUser[];
  records: readonly EngagedRecord[];
  /** Of those records, from a time on. */
  moves: readonly KeptMove[];
  /** Of those users, from a time on; of the new events none. */
  touches: readonly Touch[];
}

/** What was made of new events and moves, committed together. */
export interface EngagementDigest {
  /** Of the process that holds the subscription. */
  epoch: number;
  /** The record whom the event counts for; of nobody that the store knows, only the id is kept. */
  events: readonly { id: string; userKey: string | null; recordId: string | null }[];
  users: readonly EngagedUser[];
  moves: readonly { recordId: string; stage: string; at: number; messageId: string | null }[];
  /** Records that are to say something new. */
  records: readonly { recordId: string; object: ObjectName; influencedBy: string | null }[];
  /** When those are to be written, unless they wait already. Store's clock. */
  writeAt: number;
  now: number;
}

/** What a record is to say about engagement. */
export interface PendingEngagement {
  recordId: string;
  object: ObjectName;
  opens: number;
  clicks: number;
  lastAt: number | null;
  /** A message's name, else its id. */
  lastMessage: string | null;
  influencedBy: string | null;
  /** Of something that the record has not been told yet; null where it has. */
  unsubscribedAt: number | null;
  emailEndedAt: number | null;
  version: number;
  attempts: number;
  isRefused: boolean;
  /** Store's clock. */
  waitsSince: number;
}

/** What Salesforce took of one record. */
export type EngagementWritten = WriteBackResult & Pick<PendingEngagement, 'unsubscribedAt' | 'emailEndedAt'>;

/** Records that were in a stage when a message reached them. */
export interface ConversionCount {
  object: ObjectName;
  stage: string;
  messageId: string;
  messageName: string | null;
  reached: number;
  engaged: number;
  movedOn: number;
}

/** The part of the store that keeps what people do with messages. */
export interface EngagementStore {
  /** Each event counts once, by its id. Of no part: any process may have been sent it. */
  addEngagement(events: readonly EngagementEvent[], now: number): Promise<void>;
  /** Those that came first. */
  newEngagement(limit: number): Promise<NewEngagement[]>;
  newMoves(limit: number): Promise<KeptMove[]>;
  engagementContext(of: {
    userKeys: readonly string[];
    movesFrom: number;
    touchesFrom: number;
  }): Promise<EngagementContext>;
  /** When an event about a message came last, ms since 1970; undefined where none has. */
  engagementCameAt(): Promise<number | undefined>;
  commitEngagement(digest: EngagementDigest): Promise<void>;
  /** Those that wait longest first: whose time has come until `until`, or until `now` where they were refused before. */
  pendingEngagement(request: {
    object: ObjectName;
    limit: number;
    now: number;
    until: number;
  }): Promise<PendingEngagement[]>;
  commitEngagementWrites(results: readonly EngagementWritten[], epoch: number): Promise<void>;
  /** By message and stage, of messages that reached somebody from then on. Looks at all of them: not for each change. */
  conversions(from: number): Promise<ConversionCount[]>;
  /** What somebody did with messages, the newest first. */
  engagementOf(recordId: string, limit: number): Promise<{ at: number; event: string; message: string | null }[]>;
}
