import { randomInt } from 'node:crypto';
import { isRelayError } from '../../config/relay-error.ts';
import type { Store } from '../../store/store.ts';
import { LatencyBuckets, type LatencyPercentiles } from '../../telemetry/latency-buckets.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { type Sleep, sleep } from '../gate.ts';
import { type Allotments, type MinuteCounts, readMinuteCounts } from './minute-counts.ts';

const MINUTE_MS = 60_000;
export const KEPT_MS = 7 * 24 * 60 * MINUTE_MS;

export interface HistoryBookOptions {
  store: Pick<Store, 'now' | 'saveHistory' | 'history' | 'counts'>;
  metrics: Metrics;
  allotments(): Allotments;
  /** Waits so long, ms, or until the signal aborts. */
  wait?: Sleep;
}

/** What this process and the others did, by the minute, over restarts. */
export interface HistoryBook {
  /** A change had its verdict so long after its receipt, ms. */
  onLatency(ms: number): void;
  /** Writes each minute when it is over, and what there is of the last one when the signal aborts. */
  keep(signal: AbortSignal): Promise<void>;
  /** Minutes from then on, oldest first, with what the minute that runs has by now. @throws RelayError STORE_FAILED */
  minutes(from: number): Promise<{ at: number; counts: MinuteCounts }[]>;
}

/** What the metrics count up without end. */
type Totals = Pick<MinuteCounts, 'events' | 'synced' | 'skipped' | 'failed' | 'salesforceCalls' | 'onesignalRequests'>;

export function createHistoryBook({ store, metrics, allotments, wait = sleep }: HistoryBookOptions): HistoryBook {
  const self = randomInt(2 ** 47);
  const latency = new LatencyBuckets();
  let before: Totals | undefined;
  let minute = minuteOf(store.now());
  let due = 0;

  const soFar = async () => {
    const totals = await totalsOf(metrics);
    before ??= totals;
    const counts: MinuteCounts = {
      ...difference(totals, before),
      latency: latency.counts(),
      due,
      allotments: allotments(),
    };
    return { totals, counts };
  };

  /** A store that fails is told of by those that can't go on without it. @returns what it has now */
  const save = async () => {
    try {
      due = (await store.counts()).due;
      const { totals, counts } = await soFar();
      const row = { at: minute, process: self, counts: JSON.stringify(counts) };
      await store.saveHistory(row, store.now() - KEPT_MS);
      return { totals, latency: counts.latency };
    } catch (error) {
      if (!isRelayError(error)) throw error;
      return undefined;
    }
  };

  /** What the store did not take counts with the next minute. */
  const endMinute = async () => {
    const saved = await save();
    if (saved !== undefined) {
      before = saved.totals;
      latency.subtract(saved.latency);
    }
    minute = minuteOf(store.now());
  };

  return {
    onLatency: (ms) => latency.add(ms),
    async keep(signal) {
      before ??= await totalsOf(metrics);
      while (!signal.aborted) {
        await wait(minute + MINUTE_MS - store.now(), signal);
        if (signal.aborted) break;
        await endMinute();
      }
      await save();
    },
    async minutes(from) {
      const rows = await store.history(from);
      const read = rows.flatMap(({ at, process, counts: json }) => {
        const counts = at === minute && process === self ? undefined : readMinuteCounts(json);
        return counts === undefined ? [] : [{ at, counts }];
      });
      return [...read, { at: minute, counts: (await soFar()).counts }];
    },
  };
}

/** Of the last quarter of an hour, or so. */
export function latencyOf(minutes: readonly { counts: MinuteCounts }[]): LatencyPercentiles | undefined {
  const latency = new LatencyBuckets();
  for (const { counts } of minutes) latency.addCounts(counts.latency);
  return latency.percentiles();
}

function minuteOf(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}

async function totalsOf(metrics: Metrics): Promise<Totals> {
  const sum = (values: readonly { value: number }[]) => values.reduce((total, { value }) => total + value, 0);
  const outcomes = (await metrics.outcomes.get()).values;
  const ofStatus = (status: string) => sum(outcomes.filter(({ labels }) => labels.status === status));
  return {
    events: sum((await metrics.eventsReceived.get()).values),
    synced: ofStatus('Synced'),
    skipped: ofStatus('Skipped'),
    failed: ofStatus('Failed'),
    salesforceCalls: sum((await metrics.salesforceRequests.get()).values),
    onesignalRequests: sum((await metrics.onesignalRequests.get()).values),
  };
}

function difference(now: Totals, before: Totals): Totals {
  return {
    events: now.events - before.events,
    synced: now.synced - before.synced,
    skipped: now.skipped - before.skipped,
    failed: now.failed - before.failed,
    salesforceCalls: now.salesforceCalls - before.salesforceCalls,
    onesignalRequests: now.onesignalRequests - before.onesignalRequests,
  };
}
