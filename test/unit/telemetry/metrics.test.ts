import { createMetrics } from '../../../relay/telemetry/metrics.ts';

/** Dashboards and rules of others rely on these. */
const CONTRACT: Readonly<Record<string, readonly string[]>> = {
  relay_events_received_total: [],
  relay_records_due: [],
  relay_outcomes_total: ['status', 'reason'],
  relay_sync_latency_seconds: [],
  relay_stream_connected: [],
  relay_stream_last_connect_timestamp_seconds: [],
  relay_salesforce_api_requests_total: ['call'],
  relay_salesforce_api_remaining: [],
  relay_salesforce_deliveries_remaining: [],
  relay_onesignal_requests_total: ['call', 'status'],
  relay_dead_letters: [],
  relay_alert: ['name'],
};

test.each(Object.entries(CONTRACT))('%s is there, with its labels', (name, labels) => {
  expect(createMetrics().registry.getSingleMetric(name)).toMatchObject({ labelNames: labels });
});

test('so are the process metrics', () => {
  expect(createMetrics().registry.getSingleMetric('process_resident_memory_bytes')).toBeDefined();
});

test('how late the event loop is is told as each look finds it, for which no timer runs between them', async () => {
  const told = await createMetrics().registry.getMetricsAsArray();
  const lags = told.map(({ name }) => name).filter((name) => name.startsWith('nodejs_eventloop_lag'));
  expect(lags).toEqual(['nodejs_eventloop_lag_seconds']);
});
