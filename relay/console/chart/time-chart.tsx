import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { now } from '../session/relay-clock.ts';
import { Axes } from './axes.tsx';
import { ChartTable } from './chart-table.tsx';
import { BOTTOM, type Frame, HEIGHT, LEFT, RIGHT, TOP } from './frame.ts';
import { Legend } from './legend.tsx';
import { Pointer } from './pointer.tsx';
import { roundTicks, scaleOf } from './scale.ts';
import { readOut, type TimeChartProps } from './series.ts';
import { Shapes } from './shapes.tsx';
import { useWidth } from './use-width.ts';

/** Values over time: to be looked at, walked through by arrow keys, or read as a table. */
export function TimeChart<Point extends { at: number }>(props: TimeChartProps<Point>): JSX.Element {
  const { title, summary, points, series, spanMs, stepMs, shape } = props;
  const [box, width] = useWidth();
  const [chosen, choose] = useState<number | undefined>(undefined);
  const at = chosen === undefined ? undefined : points[chosen];
  const last = (points.at(-1)?.at ?? 0) + stepMs;
  const first = Math.min(points[0]?.at ?? 0, last - spanMs);
  const ticks = roundTicks(highest(props), 3, props.isWhole);
  const frame: Frame = {
    x: scaleOf(first, last, LEFT, width - RIGHT),
    y: scaleOf(0, ticks.at(-1) ?? 1, HEIGHT - BOTTOM, TOP),
    width,
    step: ((width - LEFT - RIGHT) * stepMs) / (last - first),
  };
  return (
    <figure class="chart">
      <figcaption>
        <p class="chart-summary">{summary}</p>
        <Legend series={series} shape={shape} point={at} format={props.format} />
      </figcaption>
      <div class="chart-box" ref={box}>
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} aria-hidden="true">
          <Axes frame={frame} ticks={ticks} from={first} to={last} formatTick={props.formatTick} />
          <Shapes {...props} frame={frame} />
          {at !== undefined && (
            <line
              class="cursor"
              x1={frame.x(at.at + stepMs / 2)}
              x2={frame.x(at.at + stepMs / 2)}
              y1={TOP}
              y2={HEIGHT - BOTTOM}
            />
          )}
        </svg>
        <Pointer
          title={title}
          count={points.length}
          chosen={chosen}
          choose={choose}
          text={at === undefined ? summary : readOut(at, series, props.format, now.peek())}
          indexAt={(x) => points.findLastIndex((point) => frame.x(point.at) <= x)}
        />
      </div>
      <ChartTable {...props} />
    </figure>
  );
}

function highest<Point>({ points, series, shape }: TimeChartProps<Point>): number {
  const sizes = points.map((point) => {
    const values = series.map(({ value }) => value(point) ?? 0);
    return shape === 'bars' ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
  });
  return Math.max(0, ...sizes);
}
