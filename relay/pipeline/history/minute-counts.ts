import { z } from 'zod';
import { LatencyBuckets, type LatencyPercentiles } from '../../telemetry/latency-buckets.ts';

const ALLOTMENTS = z.object({
  /** The relay's own API calls of 24 hours, of all its processes. */
  apiUsed: z.number(),
  /** The whole org's API calls and event deliveries of 24 hours; null while Salesforce does not say. */
  orgApiUsed: z.number().nullable(),
  orgDelivered: z.number().nullable(),
});

const COUNTS = z.object({
  events: z.number(),
  synced: z.number(),
  skipped: z.number(),
  failed: z.number(),
  salesforceCalls: z.number(),
  onesignalRequests: z.number(),
  /** By bucket of LatencyBuckets. */
  latency: z.record(z.string(), z.number()),
  /** When the minute ended. */
  due: z.number(),
  allotments: ALLOTMENTS,
});

/** What one process did within a minute, as JSON in the store. */
export type MinuteCounts = z.infer<typeof COUNTS>;

export type Allotments = z.infer<typeof ALLOTMENTS>;

/** @returns undefined for a row of another version of the relay */
export function readMinuteCounts(json: string): MinuteCounts | undefined {
  return COUNTS.safeParse(JSON.parse(json)).data;
}

/** What all processes did within a span of time. */
export interface HistorySpan {
  at: number;
  events: number;
  synced: number;
  skipped: number;
  failed: number;
  latency: LatencyPercentiles | undefined;
  due: number;
  salesforceCalls: number;
  onesignalRequests: number;
}

const SUMMED = ['events', 'synced', 'skipped', 'failed', 'salesforceCalls', 'onesignalRequests'] as const;

/** Adds up minutes to spans of `stepMs`, oldest first; spans in which no process ran are left out. Pure. */
export function spansOf(minutes: readonly { at: number; counts: MinuteCounts }[], stepMs: number): HistorySpan[] {
  const bySpan = Map.groupBy(minutes, ({ at }) => Math.floor(at / stepMs) * stepMs);
  return [...bySpan].sort(([a], [b]) => a - b).map(([at, inSpan]) => spanOf(at, inSpan));
}

function spanOf(at: number, minutes: readonly { at: number; counts: MinuteCounts }[]): HistorySpan {
  const latency = new LatencyBuckets();
  for (const { counts } of minutes) latency.addCounts(counts.latency);
  const sums = SUMMED.map((name) => [name, minutes.reduce((sum, { counts }) => sum + counts[name], 0)] as const);
  const last = Math.max(...minutes.map((minute) => minute.at));
  // Every process sees the same store.
  const due = Math.max(...minutes.filter((minute) => minute.at === last).map(({ counts }) => counts.due));
  return {
    at,
    ...(Object.fromEntries(sums) as Record<(typeof SUMMED)[number], number>),
    latency: latency.percentiles(),
    due,
  };
}
