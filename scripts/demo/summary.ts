import type { BusEvent } from '../../test/emulators/salesforce/org-contract.ts';
import type { World } from '../../test/emulators/world.ts';
import type { Follow } from './play.ts';

export interface Summary {
  records: number;
  synced: number;
  skipped: number;
  failed: number;
  events: number;
  onesignal_requests: number;
  salesforce_requests: number;
  /** From an event on the bus to OneSignal's acceptance of the state it led to, milliseconds; null without any. */
  p95_latency_ms: number | null;
}

export function summarize(world: World, follows: readonly Follow[], events: readonly BusEvent[]): Summary {
  const count = (status: string) =>
    follows.filter(({ object, id }) => world.org.peek(object, id)?.OneSignal_Sync_Status__c === status).length;
  return {
    records: follows.length,
    synced: count('Synced'),
    skipped: count('Skipped'),
    failed: count('Failed'),
    events: events.length,
    onesignal_requests: world.onesignal.stats.requests,
    salesforce_requests: Object.values(world.salesforce.stats.calls).reduce((sum, calls) => sum + calls, 0),
    p95_latency_ms: p95(latencies(world, follows, events)),
  };
}

/** For each event, the first write that OneSignal accepted for the record's user after it; events without one changed nothing. */
function latencies(world: World, follows: readonly Follow[], events: readonly BusEvent[]): number[] {
  const userOf = new Map(follows.map(({ id, expected }) => [id, expected.user]));
  return events.flatMap(({ payload, publishedAt }) => {
    const user = userOf.get(String(payload.Record_Id__c));
    const write =
      user === undefined ? undefined : world.onesignal.history(user).find(({ appliedAt }) => appliedAt >= publishedAt);
    return write === undefined ? [] : [write.appliedAt - publishedAt];
  });
}

function p95(values: number[]): number | null {
  const sorted = values.sort((a, b) => a - b);
  const value = sorted[Math.ceil(sorted.length * 0.95) - 1];
  return value === undefined ? null : Math.round(value);
}
