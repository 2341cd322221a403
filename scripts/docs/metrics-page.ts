import { createMetrics } from '../../relay/telemetry/metrics.ts';
import { page, table } from './markdown.ts';

/** Every metric of the relay's own, from its registry. */
export function metricsPage(): string {
  const own = createMetrics()
    .registry.getMetricsAsArray()
    .filter(({ name }) => name.startsWith('relay_'));
  const rows = own.map((metric) => [`\`${metric.name}${labelsOf(metric)}\``, String(metric.type), metric.help]);
  return page('Metrics', [
    '`GET /metrics` answers in the format of Prometheus. The names below are kept from version to version; labels hold codes, never the',
    'values of a record. Besides them there are the process and Node metrics of prom-client, `process_*` and `nodejs_*`, but for the',
    'event loop’s delays between two looks (`nodejs_eventloop_lag_p99_seconds` and the like), which take a timer that never rests.',
    '',
    table(['metric', 'type', 'what it says'], rows),
    '',
    'Counters begin at zero with each start. Of several relays on one PostgreSQL each counts its own work, while records due, dead letters, the',
    'store’s size and the API calls used are those of all together: take the maximum, not the sum. An allotment that Salesforce has not told yet is missing, not zero.',
    '',
    '`deploy/grafana-dashboard.json` shows them, and `deploy/prometheus-rules.yaml` passes the relay’s [alerts](runbook.md) on.',
  ]);
}

function labelsOf(metric: object): string {
  const labels = 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames : [];
  return labels.length === 0 ? '' : `{${labels.join(', ')}}`;
}
