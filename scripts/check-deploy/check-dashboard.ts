import { z } from 'zod';
import { faultsOf, isKnownMetric } from './known-metrics.ts';

/** What the check looks at of Grafana's model: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
const DASHBOARD = z.looseObject({
  title: z.string().min(1),
  uid: z.string().max(40),
  schemaVersion: z.number().int(),
  templating: z.looseObject({
    list: z.array(z.looseObject({ name: z.string(), type: z.string(), query: z.string() })),
  }),
  panels: z
    .array(
      z.looseObject({
        id: z.number().int(),
        title: z.string().min(1),
        description: z.string().min(1),
        type: z.enum(['stat', 'timeseries']),
        gridPos: z.strictObject({
          x: z.number().int().min(0).max(23),
          y: z.number().int().min(0),
          w: z.number().int().min(1).max(24),
          h: z.number().int().min(1),
        }),
        targets: z.array(z.looseObject({ refId: z.string(), expr: z.string() })).min(1),
      }),
    )
    .min(1),
});

type Panel = z.infer<typeof DASHBOARD>['panels'][number];

/** The dashboard for Grafana: well-formed, about metrics that there are, no panel on another. */
export function checkDashboard(text: string): string[] {
  const read = DASHBOARD.safeParse(JSON.parse(text));
  if (!read.success) return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const { panels, templating } = read.data;
  const asked = templating.list.flatMap(({ query }) => /^label_values\((\w+),/.exec(query)?.[1] ?? []);
  return [
    ...asked.filter((name) => !isKnownMetric(name)).map((name) => `a variable asks for ${name}, which is not exported`),
    ...panels.flatMap(({ title, targets }) =>
      targets.flatMap(({ expr }) => faultsOf(expr).map((fault) => `“${title}” ${fault}`)),
    ),
    ...panels.flatMap((panel, place) =>
      panels
        .slice(place + 1)
        .flatMap((other) => [
          ...(panel.id === other.id ? [`“${panel.title}” and “${other.title}” have one id`] : []),
          ...(overlap(panel, other) ? [`“${panel.title}” lies on “${other.title}”`] : []),
        ]),
    ),
  ];
}

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
