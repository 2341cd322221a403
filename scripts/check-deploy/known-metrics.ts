import { isAlertName } from '../../relay/pipeline/alerts/alert-rules.ts';
import { createMetrics } from '../../relay/telemetry/metrics.ts';
import { selectorsIn } from './promql.ts';

/** Prometheus itself says these of everything that it scrapes. */
const OF_THE_SCRAPE = new Set(['up']);
/** And adds these to every metric. */
const TARGET_LABELS = ['job', 'instance'];

/** Metrics by name, each with its labels; a histogram gives three. */
const KNOWN = new Map(
  createMetrics()
    .registry.getMetricsAsArray()
    .flatMap((metric): [string, readonly string[]][] => {
      const labels = 'labelNames' in metric && Array.isArray(metric.labelNames) ? (metric.labelNames as string[]) : [];
      if (String(metric.type) !== 'histogram') return [[metric.name, labels]];
      return [
        [`${metric.name}_bucket`, [...labels, 'le']],
        [`${metric.name}_sum`, labels],
        [`${metric.name}_count`, labels],
      ];
    }),
);

/** What is wrong with an expression of a rule or a panel, by what the relay really exports. */
export function faultsOf(expression: string): string[] {
  const selectors = selectorsIn(expression);
  if (selectors === undefined) return [`is no PromQL: ${expression}`];
  if (selectors.length === 0) return [`asks for no metric: ${expression}`];
  return selectors.flatMap(({ metric, labels, equals }) => {
    if (OF_THE_SCRAPE.has(metric)) return [];
    const known = KNOWN.get(metric);
    if (known === undefined) return [`asks for ${metric}, which the relay does not export`];
    const alert = metric === 'relay_alert' ? equals.get('name') : undefined;
    return [
      ...labels
        .filter((label) => !known.includes(label) && !TARGET_LABELS.includes(label))
        .map((label) => `asks ${metric} for the label ${label}, which it does not have`),
      ...(alert === undefined || isAlertName(alert)
        ? []
        : [`asks for the alert ${alert}, which the relay does not have`]),
    ];
  });
}

export function isKnownMetric(name: string): boolean {
  return KNOWN.has(name) || OF_THE_SCRAPE.has(name);
}
