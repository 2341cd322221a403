import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { createTalliedCounter } from './tallied-counter.ts';

/** From a few milliseconds on a quiet day to half an hour behind a backlog. */
const LATENCY_BUCKETS_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

export type Metrics = ReturnType<typeof createMetrics>;

/** What prom-client tells of a timer's delays: https://github.com/siimon/prom-client#default-metrics */
const DELAYS = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'];
/** An hour, ms. */
const SELDOM = 3_600_000;

/**
 * Those of prom-client without how late its timer was, between two looks: at the 10 ms it needs to tell, the timer alone
 * takes half of what an idle relay does. `nodejs_eventloop_lag_seconds` is measured at each look, and stays.
 */
function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: SELDOM });
  for (const delay of DELAYS) registry.removeSingleMetric(`nodejs_eventloop_lag_${delay}_seconds`);
}

/** The relay's metrics under the names that dashboards rely on. Labels are codes, never values of a record. */
export function createMetrics() {
  const registry = new Registry();
  collectProcessMetrics(registry);
  const registers = [registry];
  const salesforceRemaining = new Gauge({
    name: 'relay_salesforce_api_remaining',
    help: 'API calls that the org has left in its 24 hours.',
    registers,
  });
  const deliveriesRemaining = new Gauge({
    name: 'relay_salesforce_deliveries_remaining',
    help: 'Event deliveries that the org has left in its 24 hours.',
    registers,
  });
  const apiShare = new Gauge({
    name: 'relay_salesforce_api_share',
    help: 'API calls that the relay may make in 24 hours.',
    registers,
  });
  // prom-client starts a gauge at 0, which here would read as a spent allocation until Salesforce has told.
  for (const gauge of [salesforceRemaining, deliveriesRemaining, apiShare]) gauge.remove();
  return {
    registry,
    eventsReceived: new Counter({
      name: 'relay_events_received_total',
      help: 'Events taken from Salesforce.',
      registers,
    }),
    eventsUnusable: new Counter({
      name: 'relay_events_unusable_total',
      help: 'Events that named no record we know how to look at.',
      labelNames: ['reason'] as const,
      registers,
    }),
    recordsDue: new Gauge({ name: 'relay_records_due', help: 'Records whose state has no verdict yet.', registers }),
    outcomes: createTalliedCounter({
      name: 'relay_outcomes_total',
      help: 'Verdicts on records.',
      labelNames: ['status', 'reason'] as const,
      registers,
    }),
    syncLatency: new Histogram({
      name: 'relay_sync_latency_seconds',
      help: 'From the receipt of a change to the answer of OneSignal.',
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    }),
    streamConnected: new Gauge({
      name: 'relay_stream_connected',
      help: '1 while subscribed to Salesforce.',
      registers,
    }),
    lastConnect: new Gauge({
      name: 'relay_stream_last_connect_timestamp_seconds',
      help: 'When the stream last answered.',
      registers,
    }),
    salesforceRequests: new Counter({
      name: 'relay_salesforce_api_requests_total',
      help: 'Calls to Salesforce.',
      labelNames: ['call'] as const,
      registers,
    }),
    salesforceRemaining,
    deliveriesRemaining,
    apiShare,
    apiUsed: new Gauge({
      name: 'relay_salesforce_api_used',
      help: 'API calls that the relay made in the last 24 hours.',
      registers,
    }),
    apiWaitsUntil: new Gauge({
      name: 'relay_salesforce_api_waits_until_timestamp_seconds',
      help: 'When the relay makes API calls again, once its share is spent; 0 while it makes them.',
      registers,
    }),
    onesignalRequests: createTalliedCounter({
      name: 'relay_onesignal_requests_total',
      help: 'Calls to OneSignal by status.',
      labelNames: ['call', 'status'] as const,
      registers,
    }),
    transitions: new Counter({
      name: 'relay_transitions_total',
      help: 'Custom events and messages for stage transitions, by what became of them.',
      labelNames: ['kind', 'result'] as const,
      registers,
    }),
    webhookRequests: new Counter({
      name: 'relay_webhook_requests_total',
      help: 'Requests to the webhook by the status that they were answered with.',
      labelNames: ['status'] as const,
      registers,
    }),
    engagementEvents: new Counter({
      name: 'relay_engagement_events_total',
      help: 'Events of OneSignal about people and messages, by what became of them.',
      labelNames: ['result'] as const,
      registers,
    }),
    storeBytes: new Gauge({ name: 'relay_store_bytes', help: 'What the store occupies on its disk.', registers }),
    storeRows: new Gauge({
      name: 'relay_store_rows',
      help: 'Rows of the store by kind.',
      labelNames: ['kind'] as const,
      registers,
    }),
    deadLetters: new Gauge({ name: 'relay_dead_letters', help: 'Records whose outcome is Failed.', registers }),
    alert: new Gauge({
      name: 'relay_alert',
      help: '1 while an alert holds, else 0; docs/runbook.md says what to do about each.',
      labelNames: ['name'] as const,
      registers,
    }),
  };
}
