import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { History, HistoryPoint } from '../../../server/console/contract.ts';
import { condense } from '../../chart/condense.ts';
import type { Series } from '../../chart/series.ts';
import { TimeChart } from '../../chart/time-chart.tsx';
import { Card } from '../../parts/card.tsx';
import { Segments } from '../../parts/segments.tsx';
import { Empty, Told } from '../../parts/told.tsx';
import { get } from '../../session/api.ts';
import { useEvery } from '../../session/every.ts';
import { useResource } from '../../session/resource.ts';
import { count, counted, short } from '../../words/numbers.ts';
import { duration } from '../../words/times.ts';

const SPANS = [
  { value: 1, label: '1 h' },
  { value: 6, label: '6 h' },
  { value: 24, label: '24 h' },
  { value: 168, label: '7 d' },
];

const HOUR_MS = 3_600_000;
/** The relay keeps a point a minute, ms. */
const ANEW_MS = 60_000;
/** As many as can still be told apart on a screen. */
const MOST_POINTS = 96;

const OUTCOMES: readonly Series<HistoryPoint>[] = [
  { name: 'synced', label: 'Synced', value: ({ synced }) => synced },
  { name: 'skipped', label: 'Skipped', value: ({ skipped }) => skipped },
  { name: 'failed', label: 'Failed', value: ({ failed }) => failed },
];

const LATENCY: readonly Series<HistoryPoint>[] = [
  { name: 'p99', label: '99%', value: ({ latency }) => latency?.p99 ?? null },
  { name: 'p95', label: '95%', value: ({ latency }) => latency?.p95 ?? null },
  { name: 'p50', label: 'Median', value: ({ latency }) => latency?.p50 ?? null },
];

const DUE: readonly Series<HistoryPoint>[] = [{ name: 'due', label: 'Records due', value: ({ due }) => due }];

/** What became of the records over time, how fast, and how many waited. */
export function HistoryCharts(): JSX.Element {
  const [hours, setHours] = useState(24);
  const history = useResource(`history/${hours}`, (signal) => get<History>(`/api/history?hours=${hours}`, signal));
  useEvery(ANEW_MS, history.refresh);
  return (
    <Card
      title="Over time"
      aside={<Segments label="How far back" choices={SPANS} value={hours} choose={(value) => setHours(value)} />}
    >
      <Told of={history} what="the history">
        {(told) =>
          told.points.length === 0 ? (
            <Empty title="No history yet">The relay keeps a point for each minute that it runs.</Empty>
          ) : (
            <Charts history={condense(told, hours * HOUR_MS, MOST_POINTS)} spanMs={hours * HOUR_MS} />
          )
        }
      </Told>
    </Card>
  );
}

function Charts({ history: { stepMs, points }, spanMs }: { history: History; spanMs: number }): JSX.Element {
  const shared = { spanMs, stepMs, points };
  const numbers = { format: count, formatTick: short, isWhole: true };
  return (
    <div class="charts">
      <div class="chart-wide">
        <h3>Outcomes</h3>
        <TimeChart
          title="Outcomes"
          shape="bars"
          series={OUTCOMES}
          summary={outcomes(points)}
          {...shared}
          {...numbers}
        />
      </div>
      <div>
        <h3>Lag, from the event to OneSignal’s answer</h3>
        <TimeChart
          title="Lag"
          shape="lines"
          series={LATENCY}
          summary={slowest(points)}
          format={duration}
          formatTick={duration}
          isWhole={false}
          {...shared}
        />
      </div>
      <div>
        <h3>Records due</h3>
        <TimeChart title="Records due" shape="area" series={DUE} summary={mostDue(points)} {...shared} {...numbers} />
      </div>
    </div>
  );
}

function outcomes(points: readonly HistoryPoint[]): string {
  const sum = (of: (point: HistoryPoint) => number) => points.reduce((total, point) => total + of(point), 0);
  const [events, synced] = [sum((point) => point.events), sum((point) => point.synced)];
  const [skipped, failed] = [sum((point) => point.skipped), sum((point) => point.failed)];
  return `${counted(events, 'event')}; ${count(synced)} synced, ${count(skipped)} skipped, ${count(failed)} failed.`;
}

function slowest(points: readonly HistoryPoint[]): string {
  const all = points.flatMap(({ latency }) => latency ?? []);
  if (all.length === 0) return 'Nothing was sent in this time.';
  return `At worst 95% within ${duration(Math.max(...all.map(({ p95 }) => p95)))}.`;
}

function mostDue(points: readonly HistoryPoint[]): string {
  return `At most ${count(Math.max(...points.map(({ due }) => due)))}; now ${count(points.at(-1)?.due ?? 0)}.`;
}
