import { z } from 'zod';
import type * as contract from '../../relay/server/console/contract.ts';

/*
 * The contract as schemas that take nothing more and nothing less than its types: `exactly` does not compile where the two
 * differ.
 */

const count = z.number().int().min(0);
const time = z.number().int().min(1_600_000_000_000).max(3_000_000_000_000);
const texts = z.record(z.string(), z.string());

const percentiles = z.strictObject({ p50: z.number(), p95: z.number(), p99: z.number() });
const budget = z.strictObject({
  used: count,
  allowed: count.nullable(),
  org: z.strictObject({ used: count, limit: count }).nullable(),
  phase: z.enum(['easy', 'tight', 'live only', 'spent']),
  runsOutAt: time.nullable(),
  spentUntil: time.nullable(),
});

export const OVERVIEW = exactly<contract.Overview>()(
  z.strictObject({
    version: z.string(),
    commit: z.string().nullable(),
    startedAt: time,
    now: time,
    orgId: z.string().nullable(),
    appId: z.string(),
    isReady: z.boolean(),
    reasons: z.array(z.strictObject({ code: z.string(), message: z.string(), next: z.string() })),
    warnings: z.array(z.string()),
    stream: z.strictObject({
      state: z.string(),
      channel: z.string(),
      lastAliveAt: time.nullable(),
      lastEventAt: time.nullable(),
      latency: percentiles.nullable(),
    }),
    work: z.strictObject({
      isPaused: z.boolean(),
      due: count,
      pendingWriteBacks: count,
      deadLetters: count,
      underOtherMapping: count,
    }),
    budgets: z.strictObject({ api: budget.nullable(), deliveries: budget.nullable() }),
    alerts: z.array(z.strictObject({ name: z.string(), since: time, what: z.string(), next: z.string() })),
    backfill: z
      .strictObject({
        done: count,
        total: count.nullable(),
        perSecond: z.number().nullable(),
        secondsLeft: z.number().nullable(),
      })
      .nullable(),
  }),
);

export const HISTORY = exactly<contract.History>()(
  z.strictObject({
    stepMs: count,
    points: z.array(
      z.strictObject({
        at: time,
        events: count,
        synced: count,
        skipped: count,
        failed: count,
        latency: percentiles.nullable(),
        due: count,
        salesforceCalls: count,
        onesignalRequests: count,
      }),
    ),
  }),
);

export const FAILURES = exactly<contract.Failures>()(
  z.strictObject({
    groups: z.array(z.strictObject({ reason: z.string(), count, meaning: z.string(), next: z.string() })),
    records: z.array(
      z.strictObject({
        recordId: z.string().length(18),
        object: z.string(),
        reason: z.string(),
        detail: z.string(),
        stage: z.string().nullable(),
        decidedAt: time,
      }),
    ),
    after: z.string().nullable(),
  }),
);

export const RETRY = exactly<contract.RetryAnswer>()(z.strictObject({ retried: count }));

const summary = {
  recordId: z.string().length(18),
  object: z.string(),
  state: z.enum(['Pending', 'Not synced', 'Synced', 'Skipped', 'Failed']),
  reason: z.string().nullable(),
  userKey: z.string().nullable(),
  onesignalId: z.string().nullable(),
};

export const SEARCH = exactly<contract.SearchAnswer>()(
  z.strictObject({ records: z.array(z.strictObject(summary)).max(20) }),
);

const changes = z.array(z.strictObject({ tag: z.string(), from: z.string(), to: z.string() }));
const entry = z.discriminatedUnion('kind', [
  z.strictObject({
    at: time,
    kind: z.literal('due'),
    cause: z.string(),
    stage: z.string().nullable(),
    changedAt: time.nullable(),
  }),
  z.strictObject({ at: time, kind: z.literal('plan'), added: texts, changed: changes, removed: z.array(z.string()) }),
  z.strictObject({ at: time, kind: z.literal('call'), call: z.string(), answer: z.string(), ms: count }),
  z.strictObject({
    at: time,
    kind: z.literal('verdict'),
    status: z.string(),
    reason: z.string(),
    detail: z.string(),
    stage: z.string().nullable(),
  }),
  z.strictObject({ at: time, kind: z.literal('write_back'), answer: z.string() }),
  z.strictObject({ at: time, kind: z.literal('engagement'), event: z.string(), message: z.string().nullable() }),
]);

export const STORY = exactly<contract.RecordStory>()(
  z.strictObject({
    ...summary,
    detail: z.string().nullable(),
    meaning: z.string().nullable(),
    next: z.string().nullable(),
    stage: z.string().nullable(),
    decidedAt: time.nullable(),
    isWrittenBack: z.boolean(),
    writeBackError: z.string().nullable().optional(),
    tags: texts,
    tagsWithoutValue: z.array(z.string()).optional(),
    aliases: texts,
    timeline: z.array(entry).max(100),
  }),
);

export const MAPPING = exactly<contract.MappingView>()(
  z.strictObject({
    version: z.string(),
    stages: z.array(
      z.strictObject({
        object: z.string(),
        stage: z.string(),
        lifecycleStage: z.string().nullable(),
        customEvent: z.string().nullable(),
        messageTemplate: z.string().nullable(),
        isInPicklist: z.boolean(),
      }),
    ),
    tags: z.array(
      z.strictObject({
        object: z.string(),
        field: z.string(),
        kind: z.string(),
        tag: z.string(),
        transform: z.string(),
      }),
    ),
    settings: z.array(z.strictObject({ name: z.string(), value: z.string(), isDefault: z.boolean() })),
    warnings: z.array(z.string()),
  }),
);

export const PREVIEW = exactly<contract.PreviewAnswer>()(
  z.strictObject({
    records: z.array(
      z.strictObject({
        recordId: z.string().length(18),
        status: z.string(),
        reason: z.string(),
        userKey: z.string().nullable(),
        added: texts,
        changed: changes,
        removed: z.array(z.string()),
      }),
    ),
  }),
);

export const CONVERSIONS = exactly<contract.Conversions>()(
  z.strictObject({
    windowHours: count,
    from: time,
    rows: z.array(
      z.strictObject({
        object: z.string(),
        stage: z.string(),
        messageId: z.string(),
        messageName: z.string().nullable(),
        reached: count,
        engaged: count,
        movedOn: count,
        share: z.number().min(0).max(1).nullable(),
      }),
    ),
  }),
);

export const ERROR = exactly<contract.ApiError>()(
  z.strictObject({ code: z.string(), message: z.string(), next: z.string() }),
);

type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T;

/** A schema of just this type. */
function exactly<T>() {
  return <S extends z.ZodType>(
    schema: S & (Writable<T> extends z.infer<S> ? (z.infer<S> extends T ? unknown : never) : unknown),
  ): z.ZodType<T> => schema as unknown as z.ZodType<T>;
}
