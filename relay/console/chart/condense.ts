import type { History, HistoryPoint, Percentiles } from '../../server/console/contract.ts';

/**
 * Fewer points where a chart has no room for all: counts are added up, what is a state is the last, and a percentile
 * is the worst, so that no peak hides.
 * @param most points
 */
export function condense({ stepMs, points }: History, most: number): History {
  const size = Math.ceil(points.length / most);
  if (size <= 1) return { stepMs, points };
  const groups: HistoryPoint[] = [];
  // From the newest on: the oldest group may be a part.
  for (let end = points.length; end > 0; end -= size) {
    const merged = points.slice(Math.max(0, end - size), end).reduce(merge);
    groups.unshift(merged);
  }
  return { stepMs: stepMs * size, points: groups };
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
