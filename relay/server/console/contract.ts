/*
 * What the console asks the relay for, and gets: `/api/*` in JSON, times in ms since 1970. Types only: the page in the
 * browser and the relay share this file, so nothing here may import anything of the relay.
 */

/** `GET /api/overview`, and each `overview` event of `GET /api/live`. */
export interface Overview {
  version: string;
  /** Of the source it was built from; null where that is not known. */
  commit: string | null;
  startedAt: number;
  now: number;
  orgId: string | null;
  appId: string;
  isReady: boolean;
  reasons: readonly Reason[];
  warnings: readonly string[];
  stream: StreamView;
  work: WorkView;
  budgets: { api: BudgetView | null; deliveries: BudgetView | null };
  alerts: readonly AlertView[];
  backfill: BackfillView | null;
}

/** Why the relay is not ready. */
export interface Reason {
  code: string;
  message: string;
  next: string;
}

export interface StreamView {
  state: string;
  channel: string;
  /** Salesforce last answered then. */
  lastAliveAt: number | null;
  /** The last event was committed then. */
  lastEventAt: number | null;
  /** From the relay's receipt to OneSignal's answer, of the last quarter of an hour, ms. */
  latency: Percentiles | null;
}

export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

export interface WorkView {
  isPaused: boolean;
  due: number;
  pendingWriteBacks: number;
  deadLetters: number;
  /** Records whose mapping has been edited since. */
  underOtherMapping: number;
}

/** An allotment of 24 hours. */
export interface BudgetView {
  /** By the relay itself. */
  used: number;
  /** Of which the relay may use so many; null where it has no share of its own. */
  allowed: number | null;
  /** By the whole org, of so many; null while Salesforce does not say. */
  org: { used: number; limit: number } | null;
  /** `easy`, `tight`, `live only` or `spent`. */
  phase: string;
  /** At the pace of the last hour it is used up then; null when it is not. */
  runsOutAt: number | null;
  /** Used up, and so until then. */
  spentUntil: number | null;
}

export interface AlertView {
  name: string;
  since: number;
  /** A sentence, and what to do next. */
  what: string;
  next: string;
}

export interface BackfillView {
  done: number;
  total: number | null;
  perSecond: number | null;
  secondsLeft: number | null;
}

/** `GET /api/history?hours=1..168`: the newest last. */
export interface History {
  stepMs: number;
  points: readonly HistoryPoint[];
}

export interface HistoryPoint {
  at: number;
  events: number;
  synced: number;
  skipped: number;
  failed: number;
  latency: Percentiles | null;
  due: number;
  salesforceCalls: number;
  onesignalRequests: number;
}

/** `GET /api/failures?reason=&after=`: 100 records a page. */
export interface Failures {
  groups: readonly { reason: string; count: number; meaning: string; next: string }[];
  records: readonly FailedRecord[];
  /** For `after`; null on the last page. */
  after: string | null;
}

export interface FailedRecord {
  recordId: string;
  object: string;
  reason: string;
  detail: string;
  stage: string | null;
  decidedAt: number;
}

/** `POST /api/failures/retry`: those named, else all of the reason, else all. */
export interface RetryRequest {
  recordIds?: readonly string[];
  reason?: string;
}

export interface RetryAnswer {
  retried: number;
}

/** `GET /api/search?q=`: by record id, external id or OneSignal id; at most 20. */
export interface SearchAnswer {
  records: readonly RecordSummary[];
}

export interface RecordSummary {
  recordId: string;
  object: string;
  /** `Pending` while due, `Not synced` without a verdict, else the status. */
  state: string;
  reason: string | null;
  userKey: string | null;
  onesignalId: string | null;
}

/** `GET /api/records/:id`: 404 where the store does not know it. */
export interface RecordStory extends RecordSummary {
  detail: string | null;
  meaning: string | null;
  next: string | null;
  stage: string | null;
  decidedAt: number | null;
  isWrittenBack: boolean;
  /** Salesforce's code where it refuses the status. */
  writeBackError?: string | null;
  /** What OneSignal was last sent. */
  tags: Readonly<Record<string, string>>;
  /** Tags that OneSignal has from the relay besides, of whose values the store keeps only fingerprints. */
  tagsWithoutValue?: readonly string[];
  aliases: Readonly<Record<string, string>>;
  /** The newest first, at most 100. */
  timeline: readonly TimelineEntry[];
}

export type TimelineEntry = { at: number } /** Why it became due: an event's change type, or what else found it. */ & (
  | { kind: 'due'; cause: string; stage: string | null; changedAt: number | null }
  | { kind: 'plan'; added: Tags; changed: readonly TagChange[]; removed: readonly string[] }
  /** One request to OneSignal. */
  | { kind: 'call'; call: string; answer: string; ms: number }
  | { kind: 'verdict'; status: string; reason: string; detail: string; stage: string | null }
  | { kind: 'write_back'; answer: string }
  | { kind: 'engagement'; event: string; message: string | null }
);

type Tags = Readonly<Record<string, string>>;

export interface TagChange {
  tag: string;
  /** Empty where the relay does not know it (any more). */
  from: string;
  to: string;
}

/** `GET /api/mapping` */
export interface MappingView {
  version: string;
  stages: readonly MappedStage[];
  tags: readonly { object: string; field: string; kind: string; tag: string; transform: string }[];
  settings: readonly { name: string; value: string; isDefault: boolean }[];
  warnings: readonly string[];
}

export interface MappedStage {
  object: string;
  stage: string;
  /** null where no row maps it. */
  lifecycleStage: string | null;
  customEvent: string | null;
  messageTemplate: string | null;
  /** False where the org's picklist does not have it (any more). */
  isInPicklist: boolean;
}

/** `POST /api/preview`, at most 20 records. */
export interface PreviewRequest {
  recordIds: readonly string[];
}

export interface PreviewAnswer {
  records: readonly PreviewedRecord[];
}

export interface PreviewedRecord {
  recordId: string;
  status: string;
  reason: string;
  userKey: string | null;
  added: Tags;
  changed: readonly TagChange[];
  removed: readonly string[];
}

/** `GET /api/conversions?days=` */
export interface Conversions {
  windowHours: number;
  from: number;
  rows: readonly ConversionRow[];
}

/** One message and the stage that records were in when it reached them. */
export interface ConversionRow {
  object: string;
  stage: string;
  messageId: string;
  messageName: string | null;
  reached: number;
  engaged: number;
  /** Engaged, and moved to another stage within the window. */
  movedOn: number;
  /** `movedOn` of `engaged`, 0 to 1; null where nobody engaged. */
  share: number | null;
}

/** Any answer above 399. */
export interface ApiError {
  code: string;
  message: string;
  next: string;
}
