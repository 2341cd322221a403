import { parse } from 'yaml';
import { z } from 'zod';
import { ALERT_NAMES } from '../../relay/pipeline/alerts/alert-rules.ts';
import { faultsOf } from './known-metrics.ts';
import { selectorsIn } from './promql.ts';

/** https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ */
const RULES = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name: z.string(),
        rules: z
          .array(
            z.strictObject({
              alert: z.string().regex(/^[A-Za-z_]\w*$/),
              expr: z.string(),
              for: z
                .string()
                .regex(/^\d+[smh]$/)
                .optional(),
              labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
              annotations: z.strictObject({
                summary: z.string().min(1),
                runbook_url: z.string().regex(/^docs\/runbook\.md#\w+$/),
              }),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});

/**
 * The rules for Prometheus: well-formed, about metrics that there are, each with its section in the runbook, and one for
 * every alert of the relay.
 * @param sections of the runbook
 */
export function checkRules(text: string, sections: ReadonlySet<string>): string[] {
  const read = RULES.safeParse(parse(text));
  if (!read.success) return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const rules = read.data.groups.flatMap((group) => group.rules);
  const told = new Set(
    rules.flatMap(({ expr }) => (selectorsIn(expr) ?? []).flatMap(({ equals }) => equals.get('name') ?? [])),
  );
  return [
    ...repeated(rules.map(({ alert }) => alert)).map((name) => `${name} is there twice`),
    ...rules.flatMap(({ alert, expr, annotations }) => {
      const section = annotations.runbook_url.split('#')[1] ?? '';
      return [
        ...faultsOf(expr).map((fault) => `${alert} ${fault}`),
        ...(sections.has(section) ? [] : [`${alert}: the runbook has no section ${section}`]),
      ];
    }),
    ...ALERT_NAMES.filter((name) => !told.has(name)).map((name) => `no rule is about ${name}`),
  ];
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, place) => names.indexOf(name) !== place))];
}
