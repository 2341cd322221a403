import type { History, HistoryPoint, Percentiles } from '../../server/console/contract.ts';

/**
 * Fewer points where a chart has no room for all: counts are added up, what is a state is the last, and a percentile
 * is the worst, so that no peak hides. Minutes in which the relay did not run stay without a point.
 * @param spanMs how far back the chart goes
 * @param most points in it
 */
export function condense({ stepMs, points }: History, spanMs: number, most: number): History {
  const wideMs = stepMs * Math.max(1, Math.ceil(spanMs / stepMs / most));
  const groups = new Map<number, HistoryPoint>();
  for (const point of points) {
    const at = Math.floor(point.at / wideMs) * wideMs;
    const before = groups.get(at);
    groups.set(at, before === undefined ? { ...point, at } : merge(before, point));
  }
  return { stepMs: wideMs, points: [...groups.values()] };
}

function merge(before: HistoryPoint, next: HistoryPoint): HistoryPoint {
  return {
    at: before.at,
    events: before.events + next.events,
    synced: before.synced + next.synced,
    skipped: before.skipped + next.skipped,
    failed: before.failed + next.failed,
    latency: worst(before.latency, next.latency),
    due: next.due,
    salesforceCalls: before.salesforceCalls + next.salesforceCalls,
    onesignalRequests: before.onesignalRequests + next.onesignalRequests,
  };
}

function worst(one: Percentiles | null, other: Percentiles | null): Percentiles | null {
  if (one === null || other === null) return one ?? other;
  return {
    p50: Math.max(one.p50, other.p50),
    p95: Math.max(one.p95, other.p95),
    p99: Math.max(one.p99, other.p99),
  };
}
