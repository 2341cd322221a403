/** What a test sees of the OneSignal emulator. Nothing here does any work. */
import type { CallKind } from './call-kind.ts';
import type { Faults } from './fault-plan.ts';

export type { CallKind };

/** Milliseconds since 1970, fractions allowed. Tests pass their own, so that a second goes by at once. */
export type Clock = () => number;

export type Plan = 'free' | 'growth' | 'professional' | 'enterprise';

export interface OneSignalOptions {
  appId: string;
  apiKey: string;
  /** 0 (the default) picks a free port. */
  port?: number;
  host?: string;
  /** Sets the tag cap: free 2, growth 10, professional 100, enterprise 1,000. Default `free`. */
  plan?: Plan;
  /** Overrides the plan's tag cap. */
  maxTags?: number;
  /** Custom aliases a user may hold. The sources say 10 and 20; default 10, the stricter. */
  maxAliases?: number;
  clock?: Clock;
  /** User, subscription and identity requests a second for the app. Default 1,000. */
  requestsPerSecond?: number;
  /** For so many ms after a create, GET and PATCH by alias answer 404. Default 0: off. */
  replicationDelayMs?: number;
  /** For so many ms after the 202 of a delete, the user is still there. Default 0. */
  deletionDelayMs?: number;
  /** Added to every answer, after the change is applied. Default 0. */
  latencyMs?: number;
  /** Whether tags of a POST reach a user that exists. OneSignal doesn't say; default false. */
  tagsOnPostForExisting?: boolean;
  /** Whether a POST adds new aliases to a user that exists. OneSignal doesn't say; default false. */
  aliasesOnPostForExisting?: boolean;
  /** What an update by token that changes nothing is answered with. OneSignal doesn't say; default 202. */
  emptyTokenPatch?: 202 | 400;
  /** What a PATCH of a user that isn't there is answered with. OneSignal doesn't say; default 404. A 202 is not kept. */
  unknownUserPatch?: 202 | 404;
  /** Whether a change of aliases shares the limit of one write a second. OneSignal doesn't say; default true. */
  aliasesShareUserLimit?: boolean;
  /** Whether aliases that differ in case are two. OneSignal doesn't say; default true. */
  aliasesHaveCase?: boolean;
}

export interface SubscriptionView {
  id: string;
  type: string;
  token: string;
  enabled: boolean;
  notificationTypes: number;
}

export interface UserView {
  onesignalId: string;
  externalId: string | undefined;
  /** Every alias, `external_id` too, without `onesignal_id`. */
  aliases: Record<string, string>;
  tags: Record<string, string>;
  /** The other properties: language, country and the like. */
  properties: Record<string, unknown>;
  subscriptions: SubscriptionView[];
  createdAt: number;
}

/** A write that was applied, whether or not its answer got through. */
export interface AcceptedWrite {
  call: CallKind;
  method: string;
  path: string;
  body: unknown;
  status: number;
  onesignalId: string | undefined;
  externalId: string | undefined;
  /** When the request came in, ms since 1970: what the rate rules look at. */
  receivedAt: number;
  /** When it took effect: later than `receivedAt` only for a write that a fault held back. */
  appliedAt: number;
}

export interface ViolationDetail {
  limit: 'app' | 'user' | 'view' | 'messages';
  call: CallKind;
  method: string;
  path: string;
  receivedAt: number;
  /** Ms since the receipt that it collides with (for the app: since the first one of the full window). */
  sinceMs: number;
}

export interface Violations {
  app: number;
  user: number;
  view: number;
  messages: number;
  /** The first 20. */
  details: ViolationDetail[];
}

export interface Stats {
  requests: number;
  /** By call, then by status; an answer that never left counts as `dropped` or `hung`. */
  byCall: Partial<Record<CallKind, Record<string, number>>>;
  /** Requests of one call (of one status, if given). */
  count(call: CallKind, status?: number | 'dropped' | 'hung'): number;
  writes: AcceptedWrite[];
}

export interface ReceivedEvent {
  event: Record<string, unknown>;
  onesignalId: string;
  receivedAt: number;
  /** The idempotency key had come within four hours: nothing was stored for it a second time. */
  isDuplicate: boolean;
}

export interface SeedUser {
  externalId?: string;
  aliases?: Record<string, string>;
  tags?: Record<string, string>;
  properties?: Record<string, unknown>;
  subscriptions?: { type: string; token: string; enabled?: boolean; notificationTypes?: number }[];
}

export interface UserInspection {
  byExternalId(externalId: string): UserView | undefined;
  byAlias(label: string, id: string): UserView | undefined;
  all(): UserView[];
  count(): number;
}

export interface CsvImportOptions {
  /** "Delete tags with blank values" on the Review screen. */
  deletesBlankTags?: boolean;
}

/** Rows by what became of them, in the words of the mail that OneSignal sends afterwards. */
export interface CsvImportReport {
  rows: number;
  added: number;
  modified: number;
  skipped: number;
  notImported: number;
}

export interface OneSignalEmulator {
  url: string;
  users: UserInspection;
  stats: Stats;
  violations: Violations;
  faults: Faults;
  /** Every custom event that found its user, duplicates marked. */
  customEvents: ReceivedEvent[];
  /** Bodies of the messages that were sent. */
  messages: Record<string, unknown>[];
  /** Every write applied to the user (or users, one after another) that held this external id. */
  history(externalId: string): AcceptedWrite[];
  /** Puts a user there without a request: no limits, no history. Throws if an alias is taken. */
  seedUser(user: SeedUser): UserView;
  /** Imports a file as the dashboard does. Throws for one that it would not take. */
  importCsv(content: Uint8Array, options?: CsvImportOptions): CsvImportReport;
  close(): Promise<void>;
}
